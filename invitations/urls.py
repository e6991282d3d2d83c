from django.urls import path

from invitations.views import answering, invitation, inviting, lists
from itam_portal.lists.export import export_urls
from itam_portal.lists.filter_page import filter_urls
from itam_portal.lists.views_page import views_urls

urlpatterns = [
    path("invitations/", lists.InvitationsList.as_view(), name="invitations"),
    path("invitations/columns/", lists.InvitationsColumns.as_view(), name="invitations_columns"),
    *filter_urls("invitations/filter/", lists.InvitationsList),
    *views_urls("invitations/views/", lists.InvitationsList),
    *export_urls("invitations/", lists.InvitationsList),
    path("invitations/new/", inviting.InvitationNew.as_view(), name="invitation_new"),
    path("invitations/many/", inviting.InvitationsMany.as_view(), name="invitations_many"),
    path("invitations/resend/", lists.InvitationsResend.as_view(), name="invitations_resend"),
    path("invitations/copy-link/", lists.InvitationsCopyLink.as_view(), name="invitations_copy_link"),
    path("invitations/revoke/", lists.InvitationsRevoke.as_view(), name="invitations_revoke"),
    path("invitations/accept/", answering.OpenedInvitation.as_view(), name="accept_invitation"),
    path("invitations/accept/<str:token>/", answering.open_invitation, name="open_invitation"),
    path("invitations/<int:pk>/", invitation.InvitationDetail.as_view(), name="invitation"),
    path("invitations/<int:pk>/history/", invitation.InvitationHistory.as_view(), name="invitation_history"),
    *export_urls("invitations/<int:pk>/history/", invitation.InvitationHistory),
]

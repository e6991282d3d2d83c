import pytest

from accounts.models import Account
from itam_portal.tenancy.scope import tenant_scope


def test_one(olivia, mallory, uma):
    assert olivia.tenant.slug == "northwind"
    print(Account.objects.count())


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("n", range(4))
def test_commits(olivia, n):
    with tenant_scope(olivia.tenant_id):
        assert Account.objects.filter(name="x").update(name="y") == 0
        Account.objects.filter(pk=olivia.pk).update(name="x")
    with tenant_scope(olivia.tenant_id):
        assert Account.objects.filter(name="x").count() == 1


def test_page(client_of, olivia):
    r = client_of(olivia).get("/accounts/")
    assert r.status_code == 200
    print(r.content.decode()[:3000])

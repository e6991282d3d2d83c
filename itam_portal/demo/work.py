"""What people do: their titles, their departments, and the devices they sign in from."""

# The frequent ones first; many accounts have none.
JOB_TITLES = (
    "IT Asset Manager",
    "Software Asset Manager",
    "Service Desk Analyst",
    "System Administrator",
    "Licence Analyst",
    "IT Support Specialist",
    "Procurement Specialist",
    "Account Manager",
    "Network Engineer",
    "Project Manager",
    "Business Analyst",
    "Cloud Engineer",
    "Security Analyst",
    "Compliance Officer",
    "Internal Auditor",
    "Financial Controller",
    "Contract Manager",
    "Application Owner",
    "Database Administrator",
    "IT Manager",
    "Release Manager",
    "Quality Engineer",
    "Technical Consultant",
    "Customer Success Manager",
    "Operations Manager",
    "Vendor Manager",
    "Data Protection Officer",
    "Enterprise Architect",
    "Product Owner",
    "Training Coordinator",
    "HR Business Partner",
    "Warehouse Supervisor",
    "Office Manager",
    "Facility Manager",
    "Head of IT",
    "Head of Procurement",
    "Chief Information Officer",
    "Chief Financial Officer",
    "Chargé(e) de mission",
    "Werkstudent (m/w/d)",
    "情報システム部長",
)

# Department, cost centre, and the titles of its people.
DEPARTMENTS = (
    ("Sales", "4100", ("Sales Representative", "Account Manager", "Sales Manager", "Inside Sales Agent")),
    ("Operations", "5200", ("Operations Clerk", "Shift Supervisor", "Operations Manager", "Planner")),
    ("Engineering", "6100", ("Software Engineer", "Mechanical Engineer", "Engineering Manager", "Test Engineer")),
    ("Customer Service", "4300", ("Customer Service Agent", "Team Lead", "Complaints Specialist")),
    ("Logistics", "5400", ("Warehouse Worker", "Driver", "Logistics Coordinator", "Customs Agent")),
    ("Finance", "2100", ("Accountant", "Controller", "Payroll Specialist", "Financial Analyst")),
    (
        "Information Technology",
        "3100",
        ("System Administrator", "Network Engineer", "Support Specialist", "IT Manager"),
    ),
    ("Human Resources", "2300", ("HR Business Partner", "Recruiter", "Training Coordinator")),
    ("Marketing", "4200", ("Marketing Manager", "Content Editor", "Designer", "Event Coordinator")),
    ("Research & Development", "6200", ("Scientist", "Lab Technician", "Research Manager")),
    ("Procurement", "2500", ("Buyer", "Category Manager", "Vendor Manager")),
    ("Legal", "2200", ("Lawyer", "Paralegal", "Compliance Officer")),
    ("Facilities", "2600", ("Facility Manager", "Receptionist", "Security Guard")),
    ("Board", "1000", ("Chief Executive Officer", "Chief Financial Officer", "Executive Assistant")),
)

SERVICES = (
    "SCCM Connector",
    "ServiceNow Sync",
    "Intune Import",
    "Licence Harvester",
    "Report Export",
    "HR Feed",
    "Backup Agent",
    "Power BI Reader",
    "Invoice Feed",
    "Directory Sync",
    "Monitoring Probe",
    "Contract Importer",
)
SHARED = (
    "QA_Group",
    "Build_Group",
    "SAM_Desk",
    "Release_Desk",
    "Helpdesk_Kiosk",
    "Lab_Terminal",
    "Warehouse_Scanner",
    "Reception",
    "Training_Room",
)

# Addresses and names that documentation may use (RFC 5737, RFC 3849).
ADDRESSES = tuple(
    [f"192.0.2.{number}" for number in range(1, 250)]
    + [f"198.51.100.{number}" for number in range(1, 250)]
    + [f"203.0.113.{number}" for number in range(1, 120)]
    + [f"2001:db8:{number:x}::{number * 7:x}" for number in range(1, 120)]
)
BROWSERS = tuple(
    f"Mozilla/5.0 ({system}"
    for system in (
        "Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36",
        "Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Edg/142.0.0.0",
        "Windows NT 10.0; Win64; x64; rv:145.0) Gecko/20100101 Firefox/145.0",
        "Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15",
        "X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0",
        "iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile Safari",
    )
)

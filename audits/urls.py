from django.urls import path

from audits import evidence_views, views

urlpatterns = [
    path("evidence/", evidence_views.evidence, name="evidence"),
    path("audits/", views.audits, name="audits"),
    path("audits/new/", views.plan, name="plan_audit"),
    path("audits/<str:code>/", views.audit, name="audit"),
    path("audits/<str:code>/activity/", views.activity, name="audit_activity"),
    path("audits/<str:code>/edit/", views.edit, name="edit_audit"),
    path("audits/<str:code>/begin/", views.begin, name="begin_audit"),
    path("audits/<str:code>/cancel/", views.cancel, name="cancel_audit"),
    path("audits/<str:code>/checklist/", views.checklist, name="checklist"),
    path("audits/<str:code>/findings/new/", views.find, name="find"),
    path("audits/<str:code>/findings/<str:finding>/", views.finding, name="finding"),
    path("audits/<str:code>/findings/<str:finding>/correct/", views.correct_finding, name="correct_finding"),
    path("audits/<str:code>/findings/<str:finding>/withdraw/", views.withdraw_finding, name="withdraw_finding"),
    path("audits/<str:code>/close/", views.close, name="close_audit"),
    path("audits/<str:code>/report/", views.report, name="report"),
    path("audits/<str:code>/report.pdf", views.report_pdf, name="report_pdf"),
]

from django.urls import path

from processes import catalogue_views, views

urlpatterns = [
    path("procedures/", views.procedures, name="procedures"),
    path("services/", catalogue_views.services, name="services"),
    path("services/<str:code>/", catalogue_views.service, name="service"),
    path("services/<str:code>/draft/", catalogue_views.draft_procedure, name="draft_procedure"),
    path("dossiers/", views.dossiers, name="dossiers"),
    path("dossiers/new/", views.choose_procedure, name="choose_procedure"),
    path("dossiers/new/<str:document>/", views.receive, name="receive"),
    path("dossiers/<str:code>/", views.dossier, name="dossier"),
    path("dossiers/<str:code>/activity/", views.activity, name="dossier_activity"),
    path("dossiers/<str:code>/slips/1.pdf", views.slip, name="slip"),
    path("dossiers/<str:code>/slips/6/", views.control_slip, name="control_slip"),
    path("dossiers/<str:code>/complete/", views.complete, name="complete"),
    path("dossiers/<str:code>/send-back/", views.send_back, name="send_back_task"),
    path("dossiers/<str:code>/assign/", views.assign, name="assign"),
    path("dossiers/<str:code>/correct/", views.correct, name="correct_applicant"),
    path("dossiers/<str:code>/close/", views.close, name="close_dossier"),
]

from django.urls import path, register_converter

from documents import cycle_views, deed_views, editing_views, views
from documents.converters import VersionNumber

register_converter(VersionNumber, "version")

version = "documents/<str:code>/versions/<version:number>/"

urlpatterns = [
    path("documents/", views.documents, name="documents"),
    path("documents/new/", views.create, name="create_document"),
    path("documents/<str:code>/", views.document, name="document"),
    path("documents/<str:code>/edit/", views.edit_document, name="edit_document"),
    path("documents/<str:code>/activity/", views.activity, name="document_activity"),
    path("documents/<str:code>/draft/", views.draft, name="draft_version"),
    path("documents/<str:code>/request/", cycle_views.propose_change, name="propose_change"),
    path("documents/<str:code>/review/", cycle_views.review_document, name="review_document"),
    path("documents/<str:code>/readers/", cycle_views.distribute, name="distribute"),
    path("codes/", cycle_views.codes, name="codes"),
    path("requests/", cycle_views.change_requests, name="change_requests"),
    path("requests/<str:code>/", cycle_views.change_request, name="change_request"),
    path("requests/<str:code>/accept/", cycle_views.accept_change, name="accept_change"),
    path("requests/<str:code>/refuse/", cycle_views.refuse_change, name="refuse_change"),
    path("delegations/", cycle_views.delegations, name="delegations"),
    path("delegations/new/", cycle_views.delegate, name="delegate"),
    path("delegations/<int:pk>/end/", cycle_views.end_delegation, name="end_delegation"),
    path(version, views.version, name="version"),
    path(version[:-1] + ".pdf", views.pdf, name="version_pdf"),
    path(version + "edit/", editing_views.edit, name="edit_version"),
    path(version + "steps/", editing_views.steps, name="steps"),
    path(version + "submit/", deed_views.submit, name="submit"),
    path(version + "review/", deed_views.review, name="review"),
    path(version + "approve/", deed_views.approve, name="approve"),
    path(version + "take-over/", deed_views.take_over, name="take_over"),
    path(version + "drop/", deed_views.drop, name="drop"),
    path(version + "send-back/", deed_views.send_back, name="send_back_version"),
    path(version + "withdraw/", deed_views.withdraw, name="withdraw"),
    path(version + "acknowledge/", deed_views.acknowledge, name="acknowledge"),
    path("acknowledgements/", views.acknowledgements, name="acknowledgements"),
]

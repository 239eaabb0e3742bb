from django.urls import path, register_converter

from documents import (
    comparison_views,
    copy_views,
    deed_views,
    editing_views,
    law_views,
    list_views,
    standard_views,
    views,
)
from documents.converters import VersionNumber

register_converter(VersionNumber, "version")

version = "documents/<str:code>/versions/<version:number>/"

urlpatterns = [
    path("master-list/", list_views.past_list, name="past_list"),
    path("master-list/external/", list_views.external_list, name="external_list"),
    path("master-list/amendments/", list_views.amendments, name="amendments"),
    path("master-list/distribution/", list_views.distribution_list, name="distribution_list"),
    path("documents/", views.documents, name="documents"),
    path("documents/new/", views.create, name="create_document"),
    path("documents/<str:code>/", views.document, name="document"),
    path("documents/<str:code>/edit/", views.edit_document, name="edit_document"),
    path("documents/<str:code>/clauses/", standard_views.document_clauses, name="document_clauses"),
    path("documents/<str:code>/activity/", views.activity, name="document_activity"),
    path("documents/<str:code>/draft/", views.draft, name="draft_version"),
    path("documents/<str:code>/compare/", comparison_views.choose, name="compare"),
    path(version, views.version, name="version"),
    path(version[:-1] + ".pdf", views.pdf, name="version_pdf"),
    path(version + "compare/<version:other>/", comparison_views.compared, name="compare_versions"),
    path(version + "compare/<version:other>.pdf", comparison_views.pdf, name="comparison_pdf"),
    path(version + "copies/", copy_views.register, name="copies"),
    path(version + "copies/new/", copy_views.hand_out, name="hand_out_copy"),
    path(version + "copies/<int:copy>.pdf", copy_views.pdf, name="copy_pdf"),
    path(version + "copies/<int:copy>/recall/", copy_views.recall, name="recall_copy"),
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
    path("legal-documents/", law_views.legal_texts, name="legal_texts"),
    path("legal-documents/new/", law_views.record_legal_text, name="record_legal_text"),
    path("legal-documents/updates/<int:key>/no-change/", law_views.waive_update, name="waive_update"),
    path("legal-documents/<slug:code>/", law_views.legal_text, name="legal_text"),
    path("legal-documents/<slug:code>/edit/", law_views.edit_legal_text, name="edit_legal_text"),
    path("standards/", standard_views.standards, name="standards"),
    path("standards/<slug:code>/", standard_views.standard, name="standard"),
    path("standards/<slug:code>/clauses/<path:urn>/note/", standard_views.note_clause, name="note_clause"),
    path("standards/<slug:code>/clauses/<path:urn>/", standard_views.clause, name="clause"),
    path("acknowledgements/", views.acknowledgements, name="acknowledgements"),
]

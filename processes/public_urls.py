from django.urls import path

from documents.public import check
from processes import public

app_name = "public"

urlpatterns = [
    path("procedures/", public.procedures, name="procedures"),
    path("procedures/<str:code>/", public.procedure, name="procedure"),
    path("check/<str:code>/<version:number>/<str:mark>/", check, name="check"),
    path("track/", public.track, name="track"),
]

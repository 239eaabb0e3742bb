from django.urls import path

from processes import public

app_name = "public"

urlpatterns = [
    path("procedures/", public.procedures, name="procedures"),
    path("procedures/<str:code>/", public.procedure, name="procedure"),
    path("track/", public.track, name="track"),
]

from django.urls import path

from tenants import calendar_views, views

urlpatterns = [
    path("members/", views.members, name="members"),
    path("members/new/", views.appoint, name="appoint"),
    path("members/<int:pk>/", views.member, name="member"),
    path("members/<int:pk>/edit/", views.edit_member, name="edit_member"),
    path("members/<int:pk>/release/", views.release, name="release"),
    path("members/<int:pk>/renew-password/", views.renew_password, name="renew_password"),
    path("units/new/", views.open_unit, name="open_unit"),
    path("units/<int:pk>/", views.edit_unit, name="edit_unit"),
    path("journal/", views.journal, name="journal"),
    path("calendar/", calendar_views.calendar, name="calendar"),
    path("calendar/closures/new/", calendar_views.add_closure, name="add_closure"),
    path("calendar/closures/<int:pk>/remove/", calendar_views.remove_closure, name="remove_closure"),
    path("calendar/hours/", calendar_views.work_hours, name="work_hours"),
    path("calendar/days/new/", calendar_views.set_calendar_day, name="set_calendar_day"),
    path("calendar/days/<str:day>/remove/", calendar_views.remove_calendar_day, name="remove_calendar_day"),
    path("mails/", views.mails, name="mails"),
    path("mails/<int:pk>/", views.mail, name="mail"),
]

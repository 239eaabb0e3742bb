"""What apps above may listen to."""

from django.dispatch import Signal

came_into_force = Signal()  # sender: Version class; `version`, `by`: Member
was_withdrawn = Signal()  # the same

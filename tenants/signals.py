"""What apps above may listen to."""

from django.dispatch import Signal

calendar_changed = Signal()  # sender: Agency class; `by`: Member; sent with the agency active that must recompute
work_asked = Signal()  # sender: Agency class; sent with an ended `agency` active; answer: has it left work open?

"""How every form of the office is drawn: through the same parts, whoever wrote the form."""

from django.forms.renderers import TemplatesSetting


class OfficeRenderer(TemplatesSetting):
    """`{{ form }}` and `{{ field.as_field_group }}` follow the markup contract (ui.md §5).

    The admin draws its own fields, so it is not touched.
    """

    form_template_name = "parts/form.html"
    field_template_name = "parts/field.html"

"""A person's own mails can be read in the browser, by that person only."""

from __future__ import annotations

from tenants.models import Mail


def write(member, key="k", body="Việc sắp đến hạn: http://127.0.0.1:8000/tan-hoa/dossiers/TH-1/ <script>") -> Mail:
    return Mail.objects.create(member=member, key=key, subject="Việc hôm nay", body=body)


def test_the_list_shows_own_mails_only(cast, client_of):
    write(cast.ha)
    assert "Việc hôm nay" in client_of(cast.ha).get("/tan-hoa/mails/").content.decode()
    assert "Việc hôm nay" not in client_of(cast.bao).get("/tan-hoa/mails/").content.decode()


def test_a_mail_is_shown_with_its_links_and_without_its_markup(cast, client_of):
    page = client_of(cast.ha).get(f"/tan-hoa/mails/{write(cast.ha).pk}/").content.decode()
    assert 'href="http://127.0.0.1:8000/tan-hoa/dossiers/TH-1/"' in page
    assert "&lt;script&gt;" in page


def test_the_mail_of_a_colleague_is_not_found_even_for_the_head(cast, client_of):
    assert client_of(cast.duc).get(f"/tan-hoa/mails/{write(cast.ha).pk}/").status_code == 404


def test_the_mail_of_the_same_person_in_another_agency_is_not_found(cast, client_of):
    with cast.other.active():
        foreign = write(cast.lan)
    assert client_of(cast.ha).get(f"/tan-hoa/mails/{foreign.pk}/").status_code == 404

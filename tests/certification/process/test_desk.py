"""From the call to the certificate: one transaction a step, seen by each as their role may."""

from dalgu.certification.process.words import Stage


def test_a_case_goes_from_draft_to_certificate(town):
    town.until(Stage.GRANTED)
    certificate = town.certificate()
    assert certificate.number == "SCC-2026-001"
    assert certificate.grade == 2
    assert town.run(town.desk.verify()) is None

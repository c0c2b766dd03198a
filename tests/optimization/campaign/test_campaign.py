from support.campaign_trials import Trial

PLANTED = {"mends": 0.25, "empty": 0.5, "harms": 0.25}


def test_an_edit_that_mends_a_defect_becomes_the_champion() -> None:
    record = Trial(PLANTED).run()
    assert record.stop == "promoted"
    assert record.promoted is not None
    assert record.champion != record.original
    assert "mends" in record.champion.texts["system"]

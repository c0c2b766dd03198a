"""Which of BFCL's functions write: its docs do not say, so a test compares this list with what they do."""

__all__ = ["WRITES"]

_FILES = "cd cp echo mkdir mv rm rmdir touch"
_MESSAGES = "add_contact delete_message message_login send_message"
_TICKETS = "close_ticket create_ticket edit_ticket logout resolve_ticket ticket_login"
_TRADING = (
    "add_to_watchlist cancel_order fund_account place_order remove_stock_from_watchlist trading_login"
    " trading_logout withdraw_funds"
)
_TRAVEL = "authenticate_travel book_flight cancel_booking purchase_insurance register_credit_card set_budget_limit"
_TWEETS = "authenticate_twitter comment follow_user mention post_tweet retweet unfollow_user"
_VEHICLE = (
    "activateParkingBrake adjustClimateControl fillFuelTank lockDoors pressBrakePedal releaseBrakePedal"
    " setCruiseControl setHeadlights set_navigation startEngine"
)

WRITES = frozenset(" ".join((_FILES, _MESSAGES, _TICKETS, _TRADING, _TRAVEL, _TWEETS, _VEHICLE)).split())
"""Functions that can change the public state, the working directory included; all others only read."""

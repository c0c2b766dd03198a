"""Which of AgentDojo's functions write: it does not say, so a test compares this list with what they do."""

__all__ = ["WRITES"]

_WORKSPACE = (
    "add_calendar_event_participants append_to_file cancel_calendar_event create_calendar_event create_file"
    " delete_email delete_file get_unread_emails reschedule_calendar_event send_email share_file"
)
_TRAVEL = "reserve_car_rental reserve_hotel reserve_restaurant"
_BANKING = "schedule_transaction send_money update_password update_scheduled_transaction update_user_info"
_SLACK = (
    "add_user_to_channel get_webpage invite_user_to_slack post_webpage remove_user_from_slack send_channel_message"
    " send_direct_message"
)

WRITES = frozenset(" ".join((_WORKSPACE, _TRAVEL, _BANKING, _SLACK)).split())
"""Functions that can change the state: `get_unread_emails` marks them as read, `get_webpage` logs the visit."""

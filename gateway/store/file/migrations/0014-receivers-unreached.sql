-- From here on `given_up_at_ms` is of the first message that was given up since one was delivered, and null once one was:
-- two times say nothing of their order when the clock was set between them.
UPDATE notice_desks SET given_up_at_ms = NULL WHERE delivered_at_ms >= given_up_at_ms;

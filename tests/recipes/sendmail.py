#!/usr/bin/env python3
"""Takes a mail as `sendmail -t` does, and keeps it in the file that OUTBOX names."""

import email
import email.policy
import os
import sys

mail = email.message_from_bytes(sys.stdin.buffer.read(), policy=email.policy.default)
is_whole = mail["To"] and mail["Subject"] and mail.get_content().strip()
if not is_whole or mail.defects or "-t" not in sys.argv or "-oi" not in sys.argv:
    sys.exit(f"this is no mail: {mail.defects}")
with open(os.environ["OUTBOX"], "a", encoding="utf-8") as outbox:
    outbox.write(mail.as_string())

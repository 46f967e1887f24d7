"""States of JDIH as data: letters and incoming mail, the register of law."""

"""LTI 1.3 Advantage, the tool's side: what learning platforms send and are sent. No row and no page here."""

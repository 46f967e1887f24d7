"""How each part of Silon joins the app."""

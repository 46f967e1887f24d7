"""The permissions that the recap asks for; electsys.identity.catalogue has their words and roles."""

READ = "sirekap:recap:read"
ENTER = "sirekap:recap:enter"
CLOSE = "sirekap:recap:close"
OBJECT = "sirekap:objection:file"
PREPARE = "sirekap:result:prepare"
DETERMINE = "sirekap:result:determine"
AUDIT = "sirekap:audit:run"

"""CAPA: corrective and preventive action, closed only when later data prove that it works."""

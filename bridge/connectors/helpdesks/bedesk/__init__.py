"""BeDesk 3.x by its documented API. It has no history, no feed and no conditional writes; each file here makes up for one."""

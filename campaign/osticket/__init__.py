"""`make campaign-osticket`: a running osTicket is killed, forged, rearranged and renamed while the bridge syncs it.

Its figures go into docs/campaign-osticket.md. Take an osTicket of your own that nobody works in and that may be written to.
"""

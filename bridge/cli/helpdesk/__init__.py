"""Commands that prepare a helpdesk or look into it: init, setup, plugin, actions, demo."""

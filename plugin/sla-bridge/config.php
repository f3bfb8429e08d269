<?php

// SPDX-License-Identifier: GPL-2.0-or-later

require_once INCLUDE_DIR . 'class.forms.php';

/** The plugin's page in the admin panel: which API key may do what, and who the bridge is when it acts as an agent. */
class SlaBridgeConfig extends PluginConfig
{
    public function getOptions()
    {
        return [
            'access' => new SectionBreakField([
                'label' => 'Access',
                'hint' => 'A key of Admin Panel > Manage > API may do nothing here until it stands below.',
            ]),
            'grants' => new TextareaField([
                'label' => 'What each API key may do',
                'hint' => 'One line a key: KEY-ID: read, write, setup, act; departments=1,2. '
                    . 'Without "departments" the key sees all of them. KEY-ID is the number in the key\'s address (…apikeys.php?id=3).',
                'configuration' => ['html' => false, 'rows' => 6, 'cols' => 60],
                'default' => '',
            ]),
            'agent' => new SectionBreakField([
                'label' => 'Service agent',
                'hint' => 'Optional. What this agent does counts as automatic: it answers no customer and wakes no clock.',
            ]),
            'service_agent' => new TextboxField([
                'label' => 'Username',
                'required' => false,
                'configuration' => ['size' => 32, 'length' => 32],
                'default' => '',
            ]),
            'acting' => new SectionBreakField([
                'label' => 'Actions',
                'hint' => 'Letters, notes and changes that agreements ask for, carried out as the service agent for keys with "act". '
                    . 'Switched off, nothing is sent or changed; switched on, nothing is done for what lay before.',
            ]),
            'actions' => new BooleanField([
                'label' => 'Carry out actions',
                'required' => false,
                'configuration' => ['desc' => 'Do what agreements ask for'],
                'default' => false,
            ]),
            'pages' => new SectionBreakField([
                'label' => 'Agents\' pages',
                'hint' => 'MariaDB from 10.4 on plans osTicket\'s own lists badly: from some 20,000 tickets on they take a minute.',
            ]),
            'ease_queries' => new BooleanField([
                'label' => 'Help MariaDB',
                'required' => false,
                'configuration' => ['desc' => 'Set optimizer_use_condition_selectivity=1 for the agents\' pages only'],
                'default' => true,
            ]),
        ];
    }

    public function pre_save(&$config, &$errors)
    {
        $db = SlaBridge\Db::ofOsTicket();
        [$grants, $mistakes] = SlaBridge\Scopes::parse((string) ($config['grants'] ?? ''));
        $keys = array_keys($grants);
        foreach (array_diff($keys, $keys ? $db->ids('SELECT id FROM ' . API_KEY_TABLE . ' WHERE id IN (?)', $keys) : []) as $key) {
            $mistakes[] = "there is no API key with the id $key";
        }
        $departments = array_merge(...array_map(static fn ($g) => $g['departments'] ?? [], array_values($grants)));
        $known = $departments ? $db->ids('SELECT id FROM ' . DEPT_TABLE . ' WHERE id IN (?)', $departments) : [];
        foreach (array_diff($departments, $known) as $department) {
            $mistakes[] = "there is no department with the id $department";
        }
        $agent = trim((string) ($config['service_agent'] ?? ''));
        if ($agent !== '' && !$db->value('SELECT staff_id FROM ' . STAFF_TABLE . ' WHERE username = ?', $agent)) {
            $mistakes[] = "there is no agent with the username \"$agent\"";
        }
        $config['service_agent'] = $agent;
        if (!($config['actions'] ?? false)) {
            (new SlaBridge\Schema($db))->state();
            (new SlaBridge\Actions\Acting($db))->forget();
        }
        if ($mistakes) {
            $errors['err'] = implode('; ', $mistakes);
        }
        return !$mistakes;
    }
}

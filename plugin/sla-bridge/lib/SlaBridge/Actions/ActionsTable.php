<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Actions;

use SlaBridge\Panel\Html;
use SlaBridge\Panel\Instants;
use SlaBridge\Panel\Words;

/** What is held, refused and of unknown fate, as agents read it and decide on it. Pure. */
final class ActionsTable
{
    /**
     * @param list<array{ticket: ?int, number: string, key: string, id: string, kind: string, state: string, reason: string,
     *     changed: int}> $rows
     * @param string $token the hidden field without which osTicket takes no form
     * @param string $ticketUrl where an agent reads a ticket, less its id
     */
    public static function html(
        Words $words,
        Instants $instants,
        array $rows,
        bool $on,
        int $today,
        bool $more,
        string $token,
        string $ticketUrl
    ): string {
        $told = [Html::text('p', $on ? null : 'sla-actions-off', $words->say($on ? 'actions.on' : 'actions.off'))];
        if ($on) {
            $told[] = Html::text('p', null, $words->count('actions.today', $today));
        }
        if (!$rows) {
            $told[] = Html::text('p', null, $words->say('actions.nothing'));
        } else {
            $heads = array_map(
                static fn (string $head): string => Html::text('th', null, $words->say("actions.head.$head"), scope: 'col'),
                ['ticket', 'what', 'state', 'since', 'decide']
            );
            $body = array_map(
                static fn (array $row): string => self::row($words, $instants, $row, $token, $ticketUrl),
                $rows
            );
            $told[] = Html::tag(
                'table',
                ['class' => 'list sla-actions-list'],
                Html::tag('thead', [], Html::tag('tr', [], ...$heads)),
                Html::tag('tbody', [], ...$body)
            );
            $told[] = $more ? Html::text('p', null, $words->say('actions.more')) : '';
        }
        return Html::tag(
            'div',
            ['class' => 'sla-actions', 'lang' => $words->language],
            Html::text('h2', null, $words->say('actions.title')),
            ...$told
        );
    }

    /** @param array<string, mixed> $row */
    private static function row(Words $words, Instants $instants, array $row, string $token, string $ticketUrl): string
    {
        $reason = $words->has("actions.reason.{$row['reason']}") ? $words->say("actions.reason.{$row['reason']}") : $row['reason'];
        $named = Html::text('div', 'sla-actions-reason', $row['id']);
        $about = Html::text('div', 'sla-actions-reason', $reason);
        return Html::tag(
            'tr',
            ['data-state' => $row['state']],
            Html::tag('td', [], $row['ticket'] === null ? '—' : Html::link($ticketUrl . $row['ticket'], '#' . $row['number'])),
            Html::tag('td', [], Html::escape($words->say("actions.kind.{$row['kind']}")), $named),
            Html::tag('td', [], Html::escape($words->say("actions.state.{$row['state']}")), $row['reason'] === '' ? '' : $about),
            Html::tag('td', [], $instants->html($row['changed'])),
            Html::tag('td', ['class' => 'sla-actions-decide'], self::form($words, $row, $token))
        );
    }

    /** @param array{ticket: ?int, number: string, key: string, id: string} $row */
    private static function form(Words $words, array $row, string $token): string
    {
        $buttons = '';
        foreach (['send', 'drop'] as $do) {
            $label = $words->say("actions.$do") . ': ' . $row['id'] . ($row['ticket'] === null ? '' : ', #' . $row['number']);
            $attributes = ['type' => 'submit', 'name' => 'do', 'value' => $do, 'title' => $label];
            $buttons .= Html::tag('button', $attributes, Html::escape($words->say("actions.$do")));
        }
        return Html::tag(
            'form',
            ['method' => 'post', 'class' => 'sla-actions-form'],
            $token,
            Html::tag('input', ['type' => 'hidden', 'name' => 'ticket', 'value' => (string) $row['ticket']]),
            Html::tag('input', ['type' => 'hidden', 'name' => 'key', 'value' => $row['key']]),
            $buttons
        );
    }
}

<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Wording;

use SlaBridge\Panel\Html;
use SlaBridge\Panel\Instants;
use SlaBridge\Panel\Words;

/** In which answers discouraged phrases stood, as managers read it. Pure. */
final class WordingTable
{
    /**
     * @param list<array{at: int, ticket: int, number: string, department: string, agent: string, phrase: string, excerpt: string}> $rows
     * @param list<array{name: string, count: int}> $byPhrase
     * @param list<array{name: string, count: int}> $byAgent
     * @param bool $isOn whether any phrase is to be looked for
     * @param string $url this page's own, without a query
     * @param string $ticketUrl where an agent reads a ticket, less its id
     */
    public function __construct(
        private readonly Words $words,
        private readonly Instants $instants,
        private readonly WordingPeriod $period,
        private readonly array $rows,
        private readonly array $byPhrase,
        private readonly array $byAgent,
        private readonly bool $isOn,
        private readonly string $url,
        private readonly string $ticketUrl
    ) {
    }

    public function html(): string
    {
        return Html::tag(
            'div',
            ['class' => 'sla-wording', 'lang' => $this->words->language],
            Html::text('h2', null, $this->words->say('wording.title')),
            Html::text('p', null, $this->words->say('wording.about')),
            $this->isOn ? '' : Html::text('p', 'sla-wording-off', $this->words->say('wording.off')),
            $this->form(),
            $this->rows ? $this->counts() . $this->table() : Html::text('p', 'sla-wording-nothing', $this->words->say('wording.nothing'))
        );
    }

    private function form(): string
    {
        $fields = '';
        foreach (['from', 'until'] as $name) {
            $fields .= Html::tag(
                'label',
                [],
                Html::escape($this->words->say("wording.$name")),
                ' ',
                Html::tag('input', ['type' => 'date', 'name' => $name, 'value' => $this->period->$name, 'required' => true])
            );
        }
        $csv = $this->url . '?' . http_build_query(['from' => $this->period->from, 'until' => $this->period->until, 'csv' => 1]);
        return Html::tag(
            'form',
            ['method' => 'get', 'action' => $this->url, 'class' => 'sla-wording-form'],
            $fields,
            Html::text('button', null, $this->words->say('wording.show'), type: 'submit'),
            $this->rows ? Html::text('a', 'no-pjax', $this->words->say('wording.csv'), href: $csv) : ''
        );
    }

    private function counts(): string
    {
        $tables = '';
        foreach (['phrase' => $this->byPhrase, 'agent' => $this->byAgent] as $what => $counts) {
            $body = array_map(fn (array $one): string => Html::tag(
                'tr',
                [],
                Html::text('th', null, $this->name($one['name'], $what), scope: 'row'),
                Html::text('td', 'sla-wording-number', (string) $one['count'])
            ), $counts);
            $heads = Html::text('th', null, $this->words->say("wording.head.$what"), scope: 'col')
                . Html::text('th', 'sla-wording-number', $this->words->say('wording.head.count'), scope: 'col');
            $tables .= Html::tag(
                'table',
                ['class' => 'sla-wording-counts'],
                Html::text('caption', null, $this->words->say("wording.by_$what")),
                Html::tag('thead', [], Html::tag('tr', [], $heads)),
                Html::tag('tbody', [], ...$body)
            );
        }
        return Html::tag('div', ['class' => 'sla-wording-both'], $tables);
    }

    private function table(): string
    {
        $heads = array_map(
            fn (string $head): string => Html::text('th', null, $this->words->say("wording.head.$head"), scope: 'col'),
            ['when', 'ticket', 'agent', 'phrase', 'excerpt']
        );
        $total = array_sum(array_column($this->byAgent, 'count'));
        $shown = count($this->rows);
        return Html::tag(
            'table',
            ['class' => 'sla-wording-list'],
            Html::text('caption', null, $this->words->count('wording.found', $total)),
            Html::tag('thead', [], Html::tag('tr', [], ...$heads)),
            Html::tag('tbody', [], ...array_map($this->row(...), $this->rows))
        ) . ($total > $shown ? Html::text('p', null, $this->words->say('wording.more', ['n' => $shown])) : '');
    }

    /** @param array{at: int, ticket: int, number: string, department: string, agent: string, phrase: string, excerpt: string} $row */
    private function row(array $row): string
    {
        return Html::tag(
            'tr',
            [],
            Html::tag('td', [], $this->instants->html($row['at'])),
            Html::tag('td', [], Html::link($this->ticketUrl . $row['ticket'], '#' . $row['number'])),
            Html::tag(
                'td',
                [],
                Html::text('div', null, $this->name($row['agent'], 'agent')),
                $row['department'] === '' ? '' : Html::text('div', 'sla-wording-soft', $row['department'])
            ),
            Html::text('td', null, $row['phrase']),
            Html::tag('td', ['class' => 'sla-wording-excerpt'], $this->marked($row['excerpt'], $row['phrase']))
        );
    }

    /** The phrase stands out where it is written as in the list, but for the letters' case and `ё`. */
    private function marked(string $excerpt, string $phrase): string
    {
        [$in, $what] = array_map(
            static fn (string $text): string => str_replace('ё', 'е', mb_convert_case($text, MB_CASE_LOWER_SIMPLE, 'UTF-8')),
            [$excerpt, $phrase]
        );
        $at = mb_strpos($in, $what, 0, 'UTF-8');
        if ($at === false || $phrase === '') {
            return Html::escape($excerpt);
        }
        $length = mb_strlen($phrase, 'UTF-8');
        return Html::escape(mb_substr($excerpt, 0, $at, 'UTF-8'))
            . Html::text('mark', null, mb_substr($excerpt, $at, $length, 'UTF-8'))
            . Html::escape(mb_substr($excerpt, $at + $length, null, 'UTF-8'));
    }

    private function name(string $name, string $what): string
    {
        return $name === '' && $what === 'agent' ? $this->words->say('wording.nobody') : $name;
    }
}

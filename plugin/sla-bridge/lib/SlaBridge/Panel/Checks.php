<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Panel;

/** What was asked about entitlement: worst first, each with its grounds and what mends it; all that passed in one row. */
final class Checks
{
    private const ORDER = ['fail', 'warn', 'unknown', 'pass'];
    private const COMPLETENESS = 'completeness';

    private readonly View $view;
    private readonly Words $words;

    public function __construct(private readonly Situation $situation)
    {
        $this->view = $situation->view;
        $this->words = $situation->words;
    }

    public function html(): string
    {
        $checks = $this->sorted();
        $heading = Html::text('h3', 'sla-title', $this->words->say('checks.title'));
        $attributes = ['class' => 'sla-part'];
        if (!$checks) {
            return Html::tag(
                'section',
                $attributes,
                Html::tag('div', ['class' => 'sla-head'], $heading, Html::text('span', 'sla-sub', $this->words->say('checks.none')))
            );
        }
        $failing = array_filter($checks, static fn (array $one): bool => $one['outcome'] !== 'pass');
        $passed = array_filter($checks, static fn (array $one): bool => $one['outcome'] === 'pass');
        $heads = array_map(
            fn (string $one): string => Html::text('th', null, $this->words->say("checks.$one"), scope: 'col'),
            ['outcome', 'check', 'grounds', 'remedy']
        );
        return Html::tag(
            'section',
            $attributes,
            Html::tag('div', ['class' => 'sla-head'], $heading),
            Html::tag(
                'table',
                ['class' => 'sla-table sla-cards sla-checks'],
                Html::tag('thead', [], Html::tag('tr', [], ...$heads)),
                Html::tag('tbody', [], implode('', array_map($this->row(...), $failing)), $passed ? $this->passed($passed) : '')
            )
        );
    }

    /** @return list<array{outcome: string, said: string, title: string, raw: array<string, mixed>}> */
    private function sorted(): array
    {
        $checks = [];
        foreach (Json::map($this->view->detail, 'checks') as $raw) {
            $outcome = Json::text($raw, 'outcome');
            if (!is_array($raw) || !in_array($outcome, self::ORDER, true)) {
                continue;
            }
            $effect = $outcome === 'fail' ? Json::text($raw, 'effect') : null;
            $checks[] = [
                'outcome' => $outcome,
                'said' => in_array($effect, ['refuse', 'limit'], true) ? $effect : $outcome,
                'title' => $this->title($raw),
                'raw' => $raw,
            ];
        }
        $checks = self::named($checks);
        $rank = array_flip(['refuse', 'fail', 'limit', 'warn', 'unknown', 'pass']);
        usort($checks, static fn (array $a, array $b): int => $rank[$a['said']] <=> $rank[$b['said']]);
        return $checks;
    }

    /**
     * The bridge puts the id behind the title of a kind. People read the title; only where two checks would bear the same one, the id
     * tells them apart.
     *
     * @param list<array{outcome: string, said: string, title: string, raw: array<string, mixed>}> $checks
     * @return list<array{outcome: string, said: string, title: string, raw: array<string, mixed>}>
     */
    private static function named(array $checks): array
    {
        $plain = array_map(static function (array $one): string {
            $behind = ' (' . Json::text($one['raw'], 'id') . ')';
            return str_ends_with($one['title'], $behind) ? substr($one['title'], 0, -strlen($behind)) : $one['title'];
        }, $checks);
        $times = array_count_values($plain);
        foreach ($checks as $i => $one) {
            $checks[$i]['title'] = $plain[$i] !== '' && $times[$plain[$i]] === 1 ? $plain[$i] : $one['title'];
        }
        return $checks;
    }

    /** A title within a sentence: its first letter is small, but for those of an abbreviation. */
    private static function within(string $title): string
    {
        return preg_match('/^\p{Lu}(?!\p{Lu})/u', $title) ? mb_strtolower(mb_substr($title, 0, 1)) . mb_substr($title, 1) : $title;
    }

    /** A check without a title of its own is told by its id; those that come with the bridge have words here. @param array<mixed> $raw */
    private function title(array $raw): string
    {
        $id = (string) Json::text($raw, 'id');
        $title = Json::title($raw, $this->view->language, 'title') ?? $id;
        return $title === $id ? $this->words->named('check_titles', $id) : $title;
    }

    /** @param array{outcome: string, said: string, title: string, raw: array<string, mixed>} $check */
    private function row(array $check): string
    {
        $remedy = Json::title($check['raw'], $this->view->language, 'remedy');
        $isLacking = Json::text($check['raw'], 'id') === self::COMPLETENESS;
        return Html::tag(
            'tr',
            [],
            Html::tag('td', ['class' => 'sla-card-head'], $this->outcome($check['said'], $this->words->say("checks.{$check['said']}"))),
            Html::text('th', null, $check['title'], scope: 'row', title: Json::text($check['raw'], 'id')),
            Html::tag('td', [], $this->grounds($check['raw'])),
            Html::tag('td', [], Html::escape($remedy), $isLacking ? (new ReadyReplies($this->situation))->forFacts() : '')
        );
    }

    private function outcome(string $said, string $text): string
    {
        $icon = ['refuse' => 'refusable', 'limit' => 'limited'][$said] ?? $said;
        $attributes = ['class' => 'sla-outcome', 'data-outcome' => $said];
        return Html::tag('span', $attributes, Icons::of($icon, 'sla-icon'), Html::text('span', null, $text));
    }

    /** @param array<string, mixed> $raw */
    private function grounds(array $raw): string
    {
        $asOf = Json::instant($raw, 'as_of');
        $evidence = (new Evidence($this->situation))->told(Json::map($raw, 'evidence'));
        return Html::text('div', null, Json::title($raw, $this->view->language, 'message') ?? '')
            . ($evidence === '' ? '' : Html::text('div', 'sla-small-text', $evidence))
            . ($asOf === null ? '' : Html::tag('div', ['class' => 'sla-small-text'], Html::fill(
                $this->words->say('checks.as_of'),
                ['T' => $this->situation->instants->html($asOf)]
            )));
    }

    /** @param array<array{outcome: string, said: string, title: string, raw: array<string, mixed>}> $passed */
    private function passed(array $passed): string
    {
        $names = array_map(static fn (array $one): string => self::within($one['title']), $passed);
        $list = array_map(
            fn (array $one): string => Html::tag(
                'li',
                [],
                Html::text('b', null, $one['title'], title: Json::text($one['raw'], 'id')),
                $this->grounds($one['raw'])
            ),
            $passed
        );
        return Html::tag(
            'tr',
            ['class' => 'sla-passed'],
            Html::tag('td', ['class' => 'sla-card-head'], $this->outcome('pass', $this->words->count('checks.passed', count($passed)))),
            Html::tag(
                'td',
                ['colspan' => 3],
                Html::tag(
                    'details',
                    ['class' => 'sla-all-passed'],
                    Html::tag(
                        'summary',
                        [],
                        Html::text('span', null, $this->words->say('checks.no_remarks', ['list' => implode(', ', $names)])),
                        ' ',
                        EarlierCycles::hint($this->words)
                    ),
                    Html::tag('ul', [], ...$list)
                )
            )
        );
    }
}

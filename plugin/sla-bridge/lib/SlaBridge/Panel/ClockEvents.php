<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Panel;

/**
 * What happened to a clock, in order: its own start, pauses, deadline and end, and what the ticket's other clocks tell of the time
 * in between, as where an answer stopped one of them.
 *
 * @phpstan-type Event array{string, int, array<string, string|int>} word, instant, what else the word is filled with
 */
final class ClockEvents
{
    /** A row of the picture is one day, and stays one or two lines high. */
    private const OTHERS_A_DAY = 3;

    /** osTicket may stamp the creation a second after the ticket. */
    private const SAME = 2;

    private readonly Clock $clock;
    private readonly int $to;

    /** @var list<Clock> */
    private readonly array $others;

    public function __construct(private readonly Situation $situation, private readonly Reckoning $reckoning)
    {
        $this->clock = $reckoning->clock;
        $this->to = $reckoning->to;
        $all = [...$situation->clocks, ...$situation->earlier];
        $this->others = array_values(array_filter($all, fn (Clock $one): bool => $one !== $this->clock));
    }

    /** @return list<Event> */
    public function all(): array
    {
        $found = [$this->start(), ...$this->pauses(), ...$this->deadline(), $this->end()];
        array_push($found, ...$this->ofOthers(array_column($found, 1)));
        usort($found, static fn (array $a, array $b): int => $a[1] <=> $b[1]);
        return $found;
    }

    /** @return Event */
    private function start(): array
    {
        $at = $this->clock->startedAt;
        return match (true) {
            $this->clock->metric === 'next_response' => ['message', $at, []],
            abs($at - $this->situation->view->ticket['created_at']) <= self::SAME => ['created', $at, []],
            $this->clock->cycle > 1 && $this->isReopening($at) => ['ticket_reopened', $at, []],
            $this->clock->cycle > 1 => ['reopened', $at, ['n' => $this->clock->cycle]],
            default => ['started', $at, []],
        };
    }

    /** Only a reopening begins another cycle of the resolution. */
    private function isReopening(int $at): bool
    {
        foreach ([$this->clock, ...$this->others] as $one) {
            if ($one->metric === 'resolution' && $one->cycle > 1 && $one->startedAt === $at) {
                return true;
            }
        }
        return false;
    }

    /** @return list<Event> */
    private function pauses(): array
    {
        $messages = [];
        foreach ($this->others as $one) {
            $messages += $one->metric === 'next_response' ? [$one->startedAt => true] : [];
        }
        $found = [];
        foreach ($this->clock->pauses ?? [] as [$from, $to]) {
            $found[] = ['paused', $from, []];
            if ($to !== null) {
                $found[] = [isset($messages[$to]) ? 'replied' : 'resumed', $to, []];
            }
        }
        return $found;
    }

    /** @return list<Event> */
    private function deadline(): array
    {
        $clock = $this->clock;
        if ($clock->dueAt === null) {
            return [];
        }
        $word = $clock->target->kind === 'promise' ? 'promised' : 'due';
        $found = [[$clock->dueAt < $this->to && $clock->state !== 'met' ? $word . '_passed' : $word, $clock->dueAt, []]];
        // A change may put the deadline into the past: then the breach is of the change.
        if ($clock->breachedAt !== null && $clock->breachedAt > $clock->dueAt + 1) {
            $found[] = ['breached', $clock->breachedAt, []];
        }
        return $found;
    }

    /** @return Event */
    private function end(): array
    {
        $clock = $this->clock;
        return match (true) {
            $clock->isCancelled() => ['cancelled', $this->to, []],
            !$clock->isOpen() => ['answered', $this->to, ['end' => $this->situation->words->say('end.' . $clock->end())]],
            $this->situation->view->isStale() => ['as_of', $this->to, []],
            default => [$clock->state === 'overdue' && $clock->end() === 'answer' ? 'now_waiting' : 'now', $this->to, []],
        };
    }

    /**
     * Answers, messages and closings that other clocks began or ended with.
     *
     * @param list<int> $told instants that have a word already
     * @return list<Event>
     */
    private function ofOthers(array $told): array
    {
        $found = [];
        foreach ($this->others as $one) {
            if ($one->metric === 'next_response') {
                $found[$one->startedAt] ??= ['message', $one->startedAt, []];
            }
            if ($one->stoppedAt !== null && !$one->isCancelled() && $one->end() !== 'done' && $one->cause === null) {
                $found[$one->stoppedAt] = ['answered', $one->stoppedAt, ['end' => $this->situation->words->say('end.' . $one->end())]];
            }
        }
        ksort($found);
        $aDay = [];
        $kept = [];
        foreach (array_diff_key($found, array_flip($told)) as $at => $event) {
            $date = $this->reckoning->calendar->date($at);
            if ($at > $this->clock->startedAt && $at < $this->to && ($aDay[$date] = ($aDay[$date] ?? 0) + 1) <= self::OTHERS_A_DAY) {
                $kept[] = $event;
            }
        }
        return $kept;
    }
}

<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Panel;

/** One clock as the detail tells it, or a finished cycle as it is kept: read, and of known kinds. */
final class Clock
{
    /** States from the worst on; the ticket's own is that of its first clock. */
    public const ORDER = ['overdue', 'at_risk', 'running', 'paused', 'missed', 'met', 'none'];

    private const OPEN = ['overdue', 'at_risk', 'running', 'paused'];
    private const ENDS = [
        'first_response' => 'answer', 'next_response' => 'answer', 'periodic_update' => 'answer', 'resolution' => 'closed',
    ];

    /** @param ?list<array{int, ?int}> $pauses null where they are not recorded */
    private function __construct(
        public readonly string $metric,
        public readonly int $cycle,
        public readonly string $state,
        public readonly ?string $level,
        public readonly string $calendar,
        public readonly Target $target,
        public readonly int $startedAt,
        public readonly ?int $dueAt,
        public readonly ?int $riskAt,
        public readonly ?int $stoppedAt,
        public readonly ?int $breachedAt,
        public readonly bool $provisional,
        public readonly ?string $cause,
        public readonly ?int $anchorAt,
        public readonly ?int $anchorSeconds,
        public readonly ?array $pauses,
        public readonly ?int $lateSeconds
    ) {
    }

    /** @param mixed $raw a member of the detail's `clocks`, or a finished cycle; null of what is neither */
    public static function read(mixed $raw): ?self
    {
        $started = Json::instant($raw, 'started_at');
        $metric = Json::text($raw, 'metric');
        if ($started === null || $metric === null) {
            return null;
        }
        $state = Json::text($raw, 'state') ?? 'none';
        $target = Json::text($raw, 'target') ?? '';
        $stopped = Json::instant($raw, 'stopped_at');
        $kept = Json::number($raw, 'elapsed_seconds');
        return new self(
            metric: $metric,
            cycle: Json::number($raw, 'cycle') ?? 1,
            state: in_array($state, self::ORDER, true) ? $state : 'none',
            level: Json::text($raw, 'level'),
            calendar: Json::text($raw, 'calendar') ?? '',
            target: Target::read($target, Json::number($raw, 'target_seconds'), Json::number($raw, 'target_days')),
            startedAt: $started,
            dueAt: Json::instant($raw, 'due_at'),
            riskAt: Json::instant($raw, 'risk_at'),
            stoppedAt: $stopped,
            breachedAt: Json::instant($raw, 'breached_at'),
            provisional: Json::flag($raw, 'provisional'),
            cause: Json::text($raw, 'cause'),
            anchorAt: Json::instant($raw, 'worked_to', 'at') ?? ($kept === null ? null : $stopped),
            anchorSeconds: Json::number($raw, 'worked_to', 'seconds') ?? $kept,
            pauses: Json::spans($raw, 'pauses'),
            lateSeconds: Json::number($raw, 'late_seconds')
        );
    }

    public function isOpen(): bool
    {
        return in_array($this->state, self::OPEN, true);
    }

    /** Whether time was called off with it: it has neither been met nor missed. */
    public function isCancelled(): bool
    {
        return $this->state === 'none';
    }

    public function isPaused(): bool
    {
        return $this->isOpen() && $this->waitingSince() !== null;
    }

    /** Since when the clock stands still; null of one that goes. */
    public function waitingSince(): ?int
    {
        $last = $this->pauses ? $this->pauses[count($this->pauses) - 1] : null;
        return $last !== null && $last[1] === null ? $last[0] : null;
    }

    /** Seconds on it beyond what its target gives, where that is a time: what pauses gave back is no lateness. Of a clock that is over. */
    public function beyond(): ?int
    {
        $target = $this->target->kind === 'promise' ? null : $this->target->seconds;
        return $target === null || $this->anchorSeconds === null || $this->anchorAt !== $this->stoppedAt ? null
            : max(0, $this->anchorSeconds - $target);
    }

    /** What ends it: `answer`, `closed`, or `done` of a metric that the agreement made up. */
    public function end(): string
    {
        return self::ENDS[$this->metric] ?? 'done';
    }

    /** Worst first; of one state the one due first, of those that are over the latest. */
    public static function compare(self $a, self $b): int
    {
        $rank = array_flip(self::ORDER);
        $time = $a->isOpen() ? ($a->dueAt ?? PHP_INT_MAX) <=> ($b->dueAt ?? PHP_INT_MAX) : ($b->stoppedAt ?? 0) <=> ($a->stoppedAt ?? 0);
        return $rank[$a->state] <=> $rank[$b->state] ?: $time
            ?: [$a->metric, $b->cycle] <=> [$b->metric, $a->cycle];
    }
}

<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Lease;

use SlaBridge\BodyShape;

/** What a bridge asks about the lease: to take it, to renew it, to give it back. */
final class LeaseWish
{
    public const TAKE = 'take';
    public const RENEW = 'renew';
    public const RELEASE = 'release';
    private const SHORTEST = 0.05;
    private const LONGEST = 3600;
    private const MOST = 2 ** 53 - 1;

    private function __construct(
        public readonly string $do,
        public readonly string $holder,
        public readonly int $milliseconds,
        public readonly int $epoch,
        public readonly string $policy,
        public readonly ?int $after
    ) {
    }

    public static function read(\stdClass $body): self
    {
        $do = $body->do ?? null;
        BodyShape::text($do, 'do', 10, [self::TAKE, self::RENEW, self::RELEASE]);
        $take = $do === self::TAKE;
        return new self(
            $do,
            self::holder($body->holder ?? null, 'holder'),
            $do === self::RELEASE ? 0 : self::milliseconds($body->ttl ?? null),
            $take ? 0 : self::epoch($body->epoch ?? null, 'epoch'),
            $take ? self::policy($body->policy ?? null) : '',
            $take ? self::after($body->after ?? null) : null
        );
    }

    public static function holder(mixed $holder, string $at): string
    {
        if (!is_string($holder) || !preg_match('/^[\x21-\x7e]{1,100}$/D', $holder)) {
            throw BodyShape::wrong($at, 'is no word of at most 100 visible ASCII characters');
        }
        return $holder;
    }

    public static function epoch(mixed $epoch, string $at): int
    {
        if (!is_int($epoch) || $epoch < 1 || $epoch > self::MOST) {
            throw BodyShape::wrong($at, 'is no whole number from 1 on');
        }
        return $epoch;
    }

    private static function milliseconds(mixed $ttl): int
    {
        BodyShape::number($ttl, 'ttl');
        if ($ttl < self::SHORTEST || $ttl > self::LONGEST) {
            throw BodyShape::wrong('ttl', 'is no number from ' . self::SHORTEST . ' to ' . self::LONGEST);
        }
        return (int) round($ttl * 1000);
    }

    private static function policy(mixed $policy): string
    {
        if (!is_string($policy) || !preg_match('/^sha256:[0-9a-f]{64}$/D', $policy)) {
            throw BodyShape::wrong('policy', 'is no digest like sha256: and 64 digits');
        }
        return $policy;
    }

    private static function after(mixed $after): ?int
    {
        if ($after !== null && (!is_int($after) || $after < 0 || $after > self::MOST)) {
            throw BodyShape::wrong('after', 'is neither null nor a whole number from 0 on');
        }
        return $after;
    }
}

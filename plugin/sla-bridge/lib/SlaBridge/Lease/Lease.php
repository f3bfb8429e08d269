<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Lease;

use SlaBridge\ApiError;
use SlaBridge\BodyShape;
use SlaBridge\Db;
use SlaBridge\Instant;
use SlaBridge\Schema;

/**
 * The one lease of this helpdesk: its holder may write, until it ends by the database's clock. Each take has an epoch of its own,
 * with which a write is compared inside its transaction: what somebody sends who was stopped meanwhile changes nothing.
 */
final class Lease
{
    private const ANEW = 'Take it anew, and decide anew.';

    public function __construct(private readonly Db $db)
    {
    }

    public static function create(Db $db): void
    {
        $db->run('CREATE TABLE IF NOT EXISTS ' . self::table() . ' (
            id TINYINT UNSIGNED NOT NULL PRIMARY KEY, holder VARCHAR(100) CHARACTER SET ascii COLLATE ascii_bin NULL,
            epoch BIGINT UNSIGNED NOT NULL DEFAULT 0, expires BIGINT NOT NULL DEFAULT 0, seq BIGINT UNSIGNED NOT NULL DEFAULT 0,
            policy CHAR(71) CHARACTER SET ascii NULL
        ) ENGINE=InnoDB');
        $db->run('INSERT IGNORE INTO ' . self::table() . ' (id) VALUES (1)');
    }

    /** @return array{epoch: int, seq: int, expires_at: ?string, holder: ?string} the lease after it */
    public function asked(LeaseWish $wish): array
    {
        return $this->db->transaction(function () use ($wish): array {
            $row = $this->row('FOR UPDATE');
            if ($wish->do === LeaseWish::TAKE) {
                $this->take($wish, $row);
            } else {
                $this->needOwn($row, $wish->holder, $wish->epoch);
                $renewed = $wish->do === LeaseWish::RENEW;
                $this->db->run(
                    'UPDATE ' . self::table() . ' SET holder = ?, expires = ? WHERE id = 1',
                    $renewed ? $wish->holder : null,
                    $renewed ? $this->now() + $wish->milliseconds : 0
                );
            }
            $row = $this->row();
            return ['epoch' => $row['epoch'], 'seq' => $row['seq'], 'expires_at' => self::until($row), 'holder' => $row['holder']];
        });
    }

    /** @return ?array{holder: string, epoch: int, expires_at: string} the lease in force */
    public function told(): ?array
    {
        $row = $this->row();
        return $this->inForce($row)
            ? ['holder' => $row['holder'], 'epoch' => $row['epoch'], 'expires_at' => self::until($row)] : null;
    }

    /** @return ?array{seq: int, digest: string} the policy of the latest take */
    public function policy(): ?array
    {
        $row = $this->row();
        return $row['seq'] ? ['seq' => $row['seq'], 'digest' => $row['policy']] : null;
    }

    /** @return ?array{holder: string, epoch: int} by which lease a batch says that it is written */
    public static function named(mixed $lease): ?array
    {
        if ($lease === null) {
            return null;
        }
        $lease = BodyShape::object($lease, 'lease');
        return ['holder' => LeaseWish::holder($lease->holder ?? null, 'lease.holder'),
            'epoch' => LeaseWish::epoch($lease->epoch ?? null, 'lease.epoch')];
    }

    /**
     * Inside the write's transaction: nobody can take the lease before that one ends.
     *
     * @param ?array{holder: string, epoch: int} $under
     */
    public function check(?array $under): void
    {
        $row = $this->row('LOCK IN SHARE MODE');
        if ($under === null) {
            if ($this->inForce($row)) {
                throw self::held($row);
            }
            return;
        }
        $this->needOwn($row, $under['holder'], $under['epoch']);
        if (!$this->inForce($row)) {
            throw new ApiError(409, 'lease_lost', 'the lease has lapsed', self::ANEW);
        }
    }

    /** @param array{holder: ?string, epoch: int, expires: int, seq: int, policy: ?string} $row */
    private function take(LeaseWish $wish, array $row): void
    {
        if ($row['holder'] !== $wish->holder && $this->inForce($row)) {
            throw self::held($row);
        }
        $same = $row['policy'] === $wish->policy;
        if ($row['seq'] && !$same && $wish->after !== $row['seq']) {
            $hint = "A policy that comes behind it says so by \"after\": {$row['seq']}.";
            throw new ApiError(409, 'policy_older', "policy {$row['seq']} is in force, {$row['policy']}", $hint);
        }
        $this->db->run(
            'UPDATE ' . self::table() . ' SET holder = ?, epoch = epoch + 1, expires = ?, seq = ?, policy = ? WHERE id = 1',
            $wish->holder,
            $this->now() + $wish->milliseconds,
            $row['seq'] + ($same ? 0 : 1),
            $wish->policy
        );
    }

    /** @param array{holder: ?string, epoch: int, expires: int, seq: int, policy: ?string} $row */
    private function needOwn(array $row, string $holder, int $epoch): void
    {
        if ($row['holder'] !== $holder || $row['epoch'] !== $epoch) {
            $back = $row['epoch'] === $epoch ? 'it was given back' : 'another one took it since, and gave it back';
            $who = $row['holder'] === null ? $back : "{$row['holder']} took it";
            throw new ApiError(409, 'lease_lost', "the lease $epoch of $holder is over: $who", self::ANEW);
        }
    }

    /** @param array{holder: ?string, epoch: int, expires: int, seq: int, policy: ?string} $row */
    private function inForce(array $row): bool
    {
        return $row['holder'] !== null && $this->now() < $row['expires'];
    }

    /** Asked once the row is locked: a statement's own time is that of its beginning, before it waited. Milliseconds in UTC. */
    private function now(): int
    {
        return (int) $this->db->value("SELECT TIMESTAMPDIFF(MICROSECOND, '1970-01-01', UTC_TIMESTAMP(3)) DIV 1000");
    }

    /** @return array{holder: ?string, epoch: int, expires: int, seq: int, policy: ?string} */
    private function row(string $lock = ''): array
    {
        $row = $this->db->row('SELECT holder, epoch, expires, seq, policy FROM ' . self::table() . " WHERE id = 1 $lock");
        return ['holder' => $row['holder'] ?? null, 'epoch' => (int) ($row['epoch'] ?? 0), 'expires' => (int) ($row['expires'] ?? 0),
            'seq' => (int) ($row['seq'] ?? 0), 'policy' => $row['policy'] ?? null];
    }

    /** @param array{holder: ?string, expires: int} $row */
    private static function held(array $row): ApiError
    {
        $message = "{$row['holder']} holds the lease until " . self::until($row);
        return new ApiError(409, 'lease_held', $message, 'Come back when it has lapsed or was released.');
    }

    /** The first whole second at which it is over. @param array{holder: ?string, expires: int} $row */
    private static function until(array $row): ?string
    {
        return $row['holder'] === null ? null : Instant::fromUnix(intdiv($row['expires'] + 999, 1000));
    }

    private static function table(): string
    {
        return Schema::table('lease');
    }
}

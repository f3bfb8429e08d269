<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge;

/**
 * osTicket's own connection, with errors as exceptions: since PHP 8.1 its `db_query()` swallows them and returns null.
 * The session's zone stays as osTicket set it (SYSTEM), so that UNIX_TIMESTAMP() is the exact inverse of the NOW() by
 * which every native column was written, whatever zone that is.
 */
final class Db
{
    private const LOCK_TIMEOUT = 1205;
    private const DEADLOCK = 1213;
    public const NO_SUCH_TABLE = 1146;

    private bool $inTransaction = false;

    public function __construct(private readonly \mysqli $link)
    {
    }

    public static function ofOsTicket(): self
    {
        global $__db;
        if (!$__db instanceof \mysqli) {
            throw new \RuntimeException('osTicket has no database connection');
        }
        return new self($__db);
    }

    /** `?` takes a value (null, number, text or a list of them for `IN (?)`); values are never put in by hand. */
    public function run(string $sql, mixed ...$values): \mysqli_result|bool
    {
        if ($values) {
            $parts = explode('?', $sql);
            if (count($parts) !== count($values) + 1) {
                throw new \LogicException('the number of values does not fit the statement');
            }
            $sql = array_shift($parts);
            foreach ($values as $value) {
                $sql .= $this->quote($value) . array_shift($parts);
            }
        }
        $result = $this->link->query($sql);
        if ($result === false) {
            throw new \mysqli_sql_exception($this->link->error, $this->link->errno);
        }
        return $result;
    }

    /** @return list<array<string, ?string>> */
    public function rows(string $sql, mixed ...$values): array
    {
        $result = $this->run($sql, ...$values);
        return $result instanceof \mysqli_result ? $result->fetch_all(MYSQLI_ASSOC) : [];
    }

    /** @return ?array<string, ?string> */
    public function row(string $sql, mixed ...$values): ?array
    {
        return $this->rows($sql, ...$values)[0] ?? null;
    }

    public function value(string $sql, mixed ...$values): ?string
    {
        $row = $this->row($sql, ...$values);
        return $row ? reset($row) : null;
    }

    /** @return list<int> the first column */
    public function ids(string $sql, mixed ...$values): array
    {
        return array_map(static fn (array $row): int => (int) reset($row), $this->rows($sql, ...$values));
    }

    public function quote(mixed $value): string
    {
        if (is_array($value)) {
            $quoted = [];
            foreach ($value as $one) {
                $quoted[] = $this->quote($one);
            }
            return $quoted ? implode(',', $quoted) : 'NULL';
        }
        return match (true) {
            is_string($value) => "'" . $this->link->real_escape_string($value) . "'",
            is_int($value) => (string) $value,
            $value === null => 'NULL',
            is_bool($value) => $value ? '1' : '0',
            default => "'" . $this->link->real_escape_string((string) $value) . "'",
        };
    }

    /**
     * Rows for `VALUES`, in portions that no server refuses. The values travel beside the statement: long texts are neither
     * escaped here nor searched for their end there.
     *
     * @param list<list<int|string|null>> $rows all of the same length
     */
    public function insert(string $head, array $rows, string $tail = ''): void
    {
        $tuple = $rows ? '(' . implode(',', array_fill(0, count($rows[0]), '?')) . ')' : '';
        foreach (array_chunk($rows, 500) as $portion) {
            $sql = $head . ' VALUES ' . implode(',', array_fill(0, count($portion), $tuple)) . ' ' . $tail;
            $statement = $this->link->prepare($sql);
            if ($statement === false) {
                throw new \mysqli_sql_exception($this->link->error, $this->link->errno);
            }
            if (!$statement->execute(array_merge(...$portion))) {
                throw new \mysqli_sql_exception($statement->error, $statement->errno);
            }
            $statement->close();
        }
    }

    public function lastId(): int
    {
        return (int) $this->link->insert_id;
    }

    /** As the server greeted: `10.11.6-MariaDB`. */
    public function serverVersion(): string
    {
        return (string) $this->link->server_info;
    }

    public function changedRows(): int
    {
        return (int) $this->link->affected_rows;
    }

    /**
     * Runs $work in a transaction, again when the server chose it as a deadlock's victim.
     *
     * @template T
     * @param callable(): T $work
     * @return T
     */
    public function transaction(callable $work, int $tries = 3): mixed
    {
        if ($this->inTransaction) {
            return $work();
        }
        while (true) {
            $this->run('START TRANSACTION');
            $this->inTransaction = true;
            try {
                $result = $work();
                $this->run('COMMIT');
                return $result;
            } catch (\Throwable $error) {
                try {
                    $this->run('ROLLBACK');
                } catch (\mysqli_sql_exception) {
                    // The connection is gone, and with it the transaction.
                }
                if (!self::isPassing($error) || --$tries < 1) {
                    throw $error;
                }
            } finally {
                $this->inTransaction = false;
            }
        }
    }

    /** What the server would have said, had somebody else not caught it. */
    public static function deadlock(): \mysqli_sql_exception
    {
        return new \mysqli_sql_exception('the transaction was undone on the way', self::DEADLOCK);
    }

    /** Another session was in the way: the same work may well succeed a moment later. */
    public static function isPassing(\Throwable $error): bool
    {
        return $error instanceof \mysqli_sql_exception
            && in_array($error->getCode(), [self::LOCK_TIMEOUT, self::DEADLOCK], true);
    }

    /** osTicket is just dropping and building the copy of the answers anew. */
    public static function isRebuilding(\Throwable $error): bool
    {
        return $error instanceof \mysqli_sql_exception && $error->getCode() === self::NO_SUCH_TABLE
            && str_contains($error->getMessage(), '__cdata');
    }
}

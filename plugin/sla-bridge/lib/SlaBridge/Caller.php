<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge;

/** Who asks, and what the plugin's configuration lets that key do. */
final class Caller
{
    /**
     * @param list<string> $scopes
     * @param ?list<int> $departments null: all
     */
    private function __construct(
        public readonly int $keyId,
        public readonly string $ip,
        public readonly array $scopes,
        public readonly ?array $departments
    ) {
    }

    /**
     * The key is compared here, exactly and in constant time, among the keys of the caller's address. osTicket's own check
     * compares in SQL without regard to case, and its error path writes the whole key into the system log.
     *
     * @param array<int, array{scopes: list<string>, departments: ?list<int>}> $grants
     */
    public static function identify(Db $db, array $grants, string $presented, string $ip): self
    {
        $found = null;
        foreach ($db->rows('SELECT id, apikey FROM ' . API_KEY_TABLE . ' WHERE ipaddr = ? AND isactive = 1', $ip) as $row) {
            if (hash_equals((string) $row['apikey'], $presented)) {
                $found = (int) $row['id'];
            }
        }
        if ($found === null || $presented === '') {
            throw new ApiError(
                401,
                'unauthorized',
                $presented === '' ? 'no API key' : 'unknown API key',
                "A key is valid from its own address only. This request came from $ip."
            );
        }
        $grant = $grants[$found] ?? ['scopes' => [], 'departments' => null];
        return new self($found, $ip, $grant['scopes'], $grant['departments']);
    }

    public function may(string $scope): bool
    {
        return in_array($scope, $this->scopes, true);
    }

    public function need(string $scope): void
    {
        if (!$this->may($scope)) {
            throw new ApiError(
                403,
                'forbidden',
                'this key may not do that',
                "It lacks the scope \"$scope\". Add it in osTicket: Admin Panel > Manage > Plugins > SLA Bridge (key id {$this->keyId})."
            );
        }
    }
}

<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Actions;

use SlaBridge\ApiError;
use SlaBridge\Caller;
use SlaBridge\Db;
use SlaBridge\Instant;
use SlaBridge\Lease\Lease;
use SlaBridge\Letters\Letter;
use SlaBridge\Letters\Postman;
use SlaBridge\Letters\Recipients;
use SlaBridge\Letters\Writing;
use SlaBridge\Request;
use SlaBridge\Tickets\InvalidValue;

/** The contract's routes about actions. */
final class ActionRoutes
{
    private const MOST_DECLARED = 1000;
    private const MOST_A_DAY = 1000000;
    private const STATES = [Outcome::ACCEPTED, Outcome::SENDING, Outcome::DONE, Outcome::HELD, Outcome::REFUSED, Outcome::UNKNOWN,
        Outcome::DROPPED];
    private const LONGEST_LETTER = 65536;

    private readonly KeptActions $kept;

    public function __construct(private readonly Db $db, private readonly Caller $caller)
    {
        $this->kept = new KeptActions($db);
    }

    /** @return array<string, mixed> */
    public function declare(Request $request): array
    {
        $this->caller->need('act');
        $body = $request->json();
        $ids = [];
        $actions = $body->actions ?? null;
        if (!is_array($actions) || count($actions) > self::MOST_DECLARED) {
            throw ApiError::wrongShape('`actions` is no list of at most ' . self::MOST_DECLARED);
        }
        foreach ($actions as $index => $one) {
            $id = $one instanceof \stdClass ? ($one->id ?? null) : null;
            if (!Offer::isWord($id) || !in_array($one->kind ?? null, Offer::KINDS, true)) {
                throw ApiError::wrongShape("action $index has no `id` and `kind` of an action");
            }
            $ids[] = $id;
        }
        $limits = [];
        foreach (['per_day', 'per_ticket_per_day'] as $name) {
            $limit = $body->limits->$name ?? null;
            if (!is_int($limit) || $limit < 0 || $limit > self::MOST_A_DAY) {
                throw ApiError::wrongShape("`limits.$name` is no number from 0 to " . self::MOST_A_DAY);
            }
            $limits[$name] = $limit;
        }
        $since = (new Acting($this->db))->declare(array_values(array_unique($ids)), $limits, time());
        return ['on' => $this->kept->on(), 'since' => (object) Acting::told($since)];
    }

    /** @return array<string, mixed> */
    public function listed(Request $request): array
    {
        $this->caller->need('read');
        $states = explode(',', $request->text('state') ?? 'held,unknown,refused');
        if ($unknown = array_diff($states, self::STATES)) {
            throw ApiError::badRequest('there is no state "' . reset($unknown) . '"', 'States: ' . implode(', ', self::STATES));
        }
        $limit = $request->number('limit', 100, 1, 1000);
        $rows = $this->kept->listed($states, $this->caller->departments, $request->number('after', 0, 0, 4294967295), $limit + 1);
        $next = count($rows) > $limit ? $rows[$limit - 1]['row'] : null;
        $told = array_map(static function (array $row): array {
            ['at' => $at, 'changed' => $changed] = $row;
            unset($row['changed']);
            return ['at' => Instant::fromUnix($at), 'changed_at' => Instant::fromUnix($changed)] + $row;
        }, array_slice($rows, 0, $limit));
        return ['on' => $this->kept->on(), 'actions' => $told, 'next' => $next, 'today' => $this->kept->today()];
    }

    /** @return array<string, mixed> */
    public function run(Request $request): array
    {
        $this->caller->need('act');
        $request->json();
        [$moved, $left] = $this->kept->runDue($this->caller->departments);
        $results = array_map(static fn (array $one): array
            => ['ticket' => $one[0]->hasTicket() ? $one[0]->ticketId : null] + Acceptance::told($one[0]->key, $one[1]), $moved);
        return ['results' => $results, 'left' => $left];
    }

    /** @return array<string, mixed> */
    public function offer(Request $request): array
    {
        $this->caller->need('act');
        if ($this->caller->departments !== null) {
            throw new ApiError(
                403,
                'forbidden',
                'this key sees some departments, and a letter that belongs to no ticket lies in none of them',
                'Use a key without departments: Admin Panel > Manage > Plugins > SLA Bridge.'
            );
        }
        $body = $request->json();
        $under = Lease::named($body->lease ?? null);
        try {
            $letters = Offer::letters($body->actions ?? null);
        } catch (InvalidValue $error) {
            throw ApiError::wrongShape($error->getMessage(), $error->hint);
        }
        return ['results' => (new Offering($this->db, $this->kept))->take($letters, $under)];
    }

    /** @return array<string, mixed> */
    public function settle(Request $request): array
    {
        $this->caller->need('act');
        $body = $request->json();
        $do = $body->do ?? null;
        // Null says that it belongs to none; what is left out says nothing.
        $isNamed = property_exists($body, 'ticket') && ($body->ticket === null || is_int($body->ticket));
        if (!$isNamed || !Offer::isWord($body->key ?? null) || !in_array($do, ['send', 'drop'], true)) {
            throw ApiError::wrongShape('`ticket` is an id or null, `key` that of an action, and `do` is `send` or `drop`');
        }
        $outcome = $this->kept->settle($body->ticket, $body->key, $do === 'send', $this->caller->departments);
        return Acceptance::told($body->key, $outcome);
    }

    /** @return array<string, mixed> */
    public function test(Request $request): array
    {
        $this->caller->need('act');
        $body = $request->json();
        $letter = $body->letter ?? null;
        $texts = $letter instanceof \stdClass ? (array) $letter : [];
        if (array_diff(['subject', 'text', 'html'], array_keys($texts)) || strlen((string) json_encode($texts)) > self::LONGEST_LETTER) {
            throw ApiError::wrongShape('`letter` has no `subject`, `text` and `html` of at most 64 KiB together');
        }
        $to = $body->to ?? null;
        if (!is_int($body->ticket ?? null) || !is_string($to) || !Recipients::isAddress($to)) {
            throw ApiError::wrongShape('`ticket` is an id and `to` an address');
        }
        return ['message_id' => '<' . $this->sendTest($body->ticket, $to, $texts) . '>'];
    }

    /** @param array<string, mixed> $texts */
    private function sendTest(int $id, string $to, array $texts): string
    {
        if (!$this->kept->on()) {
            throw self::refused('switched_off', 'actions are switched off', 'Switch them on in the plugin\'s configuration.');
        }
        $agent = (new ServiceAgent($this->db))->find()
            ?? throw self::refused('no_service_agent', 'no service agent is configured', 'Name one in the plugin\'s configuration.');
        $ticket = \Ticket::lookup($id);
        $departments = $this->caller->departments;
        if (!$ticket || ($departments !== null && !in_array((int) $ticket->getDeptId(), $departments, true))) {
            throw ApiError::notFound("there is no ticket $id");
        }
        if ($this->kept->today() >= (new Acting($this->db))->limits()['per_day']) {
            throw self::refused('per_day', 'the day\'s limit is used up', 'It begins anew at midnight of the helpdesk\'s database.');
        }
        $letter = ServiceAgent::acting($agent, fn (): Letter|Outcome => (new Writing($this->db))->test($ticket, $to, $texts));
        $outcome = $letter instanceof Letter ? (new Postman($this->db))->send($letter) : $letter;
        if ($letter instanceof Letter) {
            (new ActionRows($this->db))->addTest($id, $letter->messageId, $outcome->state, time());
        }
        if ($outcome->state !== Outcome::DONE) {
            throw self::refused($outcome->reason, 'the letter did not go out', 'The helpdesk\'s system log says more.');
        }
        return $letter->messageId;
    }

    private static function refused(string $reason, string $message, string $hint): ApiError
    {
        return new ApiError(409, $reason, $message, $hint);
    }
}

<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge;

use SlaBridge\Actions\Acceptance;
use SlaBridge\Actions\ActionRoutes;
use SlaBridge\Actions\KeptActions;
use SlaBridge\Feed\Cursor;
use SlaBridge\Feed\Outbox;
use SlaBridge\Feed\Unseen;
use SlaBridge\Lease\Lease;
use SlaBridge\Lease\LeaseWish;
use SlaBridge\Queues\CountingPlan;
use SlaBridge\Queues\QueueCounters;
use SlaBridge\Report\ReportRoutes;
use SlaBridge\Setup\Provisioner;
use SlaBridge\Setup\SetupOptions;
use SlaBridge\Setup\Uses;
use SlaBridge\Tickets\Catalog;
use SlaBridge\Tickets\ListPage;
use SlaBridge\Tickets\TicketReader;
use SlaBridge\Tickets\TicketWriter;

/** The HTTP contract v1: routes to answers, and whatever goes wrong to an honest status with a JSON body. */
final class Api
{
    public const CONTRACT = 1;
    /** What an older plugin of the same contract lacks. */
    private const FEATURES = ['publish', 'passed', 'native', 'actions', 'phrases', 'report', 'lease', 'offer'];
    private const JSON = JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES | JSON_INVALID_UTF8_SUBSTITUTE
        | JSON_PRESERVE_ZERO_FRACTION;

    private Db $db;
    private Schema $schema;
    private bool $answered = false;

    public function __construct(private readonly Settings $settings)
    {
    }

    /** Answers and ends the request. @param bool $emulated whether osTicket took the verb from the query */
    public function handle(string $path, bool $emulated): never
    {
        // osTicket switches display_errors on: a warning of whatever origin must not get into the JSON.
        ini_set('display_errors', '0');
        ob_start();
        register_shutdown_function(function (): void {
            if (!$this->answered) {
                $this->send(500, $this->error('internal', 'the helpdesk could not answer', 'See the error log of PHP.'));
            }
        });
        try {
            $this->db = Db::ofOsTicket();
            $this->schema = new Schema($this->db);
            if ($emulated) {
                throw ApiError::badRequest('the verb is emulated', 'Send the request by its own verb, without `_method`.');
            }
            $this->send(200, $this->route(Request::current($path)));
        } catch (ApiError $error) {
            $this->send($error->status, $this->error($error->reason, $error->getMessage(), $error->hint), $error->headers);
        } catch (\Throwable $error) {
            if (Db::isPassing($error) || Db::isRebuilding($error)) {
                // Somebody holds the rows, or osTicket is just rebuilding one of its tables.
                $busy = ApiError::busy('the database is busy');
                $this->send(503, $this->error($busy->reason, $busy->getMessage(), $busy->hint), $busy->headers);
            } else {
                error_log(sprintf('sla-bridge: %s in %s:%d', $error->getMessage(), $error->getFile(), $error->getLine()));
                $this->send(500, $this->error('internal', 'an error inside the plugin', 'See the error log of PHP.'));
            }
        }
        exit;
    }

    /** @return array<string, mixed> */
    private function route(Request $request): array
    {
        $caller = Caller::identify(
            $this->db,
            $this->settings->grants,
            (string) ($_SERVER['HTTP_X_API_KEY'] ?? ''),
            (string) ($_SERVER['REMOTE_ADDR'] ?? '')
        );
        $route = $request->method . ' ' . $request->path;
        if ($request->method === 'GET' && preg_match('~^/tickets/(\d{1,10})$~D', $request->path, $match)) {
            return $this->ticket($caller, (int) $match[1]);
        }
        return match ($route) {
            'GET /ping' => $this->ping($caller),
            'GET /meta' => $this->meta($caller),
            'GET /tickets' => $this->tickets($request, $caller),
            'GET /changes' => $this->changes($request, $caller),
            'POST /writes' => $this->writes($request, $caller),
            'POST /publish' => $this->publish($request, $caller),
            'POST /lease' => $this->lease($request, $caller),
            'POST /setup' => $this->setup($request, $caller),
            'GET /report' => $this->stamp($this->report($request, $caller)),
            'GET /actions' => $this->stamp($this->actions($caller)->listed($request)),
            'POST /actions/declare' => $this->stamp($this->actions($caller)->declare($request)),
            'POST /actions/run' => $this->stamp($this->actions($caller)->run($request)),
            'POST /actions/offer' => $this->stamp($this->actions($caller)->offer($request)),
            'POST /actions/settle' => $this->stamp($this->actions($caller)->settle($request)),
            'POST /actions/test' => $this->stamp($this->actions($caller)->test($request)),
            default => throw ApiError::notFound('there is no such route or method'),
        };
    }

    /** @return array<string, mixed> */
    private function ping(Caller $caller): array
    {
        $this->schema->state();
        return $this->stamp([
            'versions' => ['osticket' => $this->settings->osTicketVersion(), 'php' => PHP_VERSION,
                'plugin' => $this->settings->version, 'contract' => self::CONTRACT],
            'ip' => $caller->ip, 'scopes' => $caller->scopes, 'departments' => $caller->departments,
            'features' => self::FEATURES, 'last_pass' => Instant::fromUnix(LastPass::of($this->db)['at']),
            'policy' => (new Lease($this->db))->policy(),
        ]);
    }

    /** @return array<string, mixed> */
    private function meta(Caller $caller): array
    {
        $caller->need('read');
        $catalog = $this->catalog();
        return $this->stamp($catalog->meta() + ['meta_rev' => $catalog->revision()]);
    }

    /** @return array<string, mixed> */
    private function tickets(Request $request, Caller $caller): array
    {
        $caller->need('read');
        [$items, $next] = $this->reader()->page(ListPage::asked($request), $caller->departments);
        return $this->stamp(['items' => $items, 'next' => $next]);
    }

    /** @return array<string, mixed> */
    private function ticket(Caller $caller, int $id): array
    {
        $caller->need('read');
        return $this->reader()->byIds([$id], $caller->departments)[$id] ?? throw ApiError::notFound("there is no ticket $id");
    }

    /** @return array<string, mixed> */
    private function changes(Request $request, Caller $caller): array
    {
        $caller->need('read');
        $limit = $request->number('limit', 100, 1, 1000);
        $idsAlone = $request->flag('ids');
        $passed = $request->instant('passed');
        (new QueueCounters($this->db))->refresh();
        $catalog = $this->catalog();
        if ($passed !== null && $caller->may('write')) {
            LastPass::note($this->db, $passed, time());
        }
        $outbox = new Outbox($this->db, $this->schema);
        (new Unseen($this->db, $this->schema, $outbox, $catalog))->intoFeed();
        $feed = $outbox->after($request->text('after'), $limit);
        $alive = array_column(array_filter($feed['rows'], static fn (array $row): bool => !$row['deleted']), 'id');
        $reader = new TicketReader($this->db, $catalog);
        $found = $idsAlone
            ? array_column(TicketReader::idsAlone($reader->present($alive, $caller->departments)), null, 'id')
            : $reader->byIds($alive, $caller->departments);
        $items = [];
        foreach ($feed['rows'] as $row) {
            // A ticket that left the caller's departments is gone for that caller; of one deleted elsewhere he learns nothing.
            if ($row['deleted'] && $caller->departments !== null && !in_array($row['department'], $caller->departments, true)) {
                continue;
            }
            $items[] = $found[$row['id']] ?? ['id' => $row['id'], 'deleted' => true];
        }
        return $this->stamp([
            'items' => $items, 'next' => Cursor::encode($this->schema->state()['instance'], $feed['next']),
            'head' => $feed['head'], 'has_more' => $feed['more'], 'meta_rev' => $catalog->revision(),
            'lease' => (new Lease($this->db))->told(), 'published' => Publication::told($this->db),
        ]);
    }

    /** @return array<string, mixed> */
    private function writes(Request $request, Caller $caller): array
    {
        $caller->need('write');
        $body = $request->json();
        $under = Lease::named($body->lease ?? null);
        $items = $body->items ?? null;
        if (!is_array($items)) {
            throw ApiError::wrongShape('`items` is no list');
        }
        if (count($items) > 500) {
            throw ApiError::badRequest('more than 500 items');
        }
        $catalog = $this->catalog();
        $acceptance = new Acceptance($this->db, $caller->may('act'));
        $reader = new TicketReader($this->db, $catalog);
        $results = (new TicketWriter($this->db, $catalog, $reader, $caller->departments, $acceptance))->write($items, $under);
        if ($accepted = $acceptance->accepted()) {
            $results = $acceptance->withOutcomes($results, (new KeptActions($this->db, $this->schema))->run($accepted));
        }
        return $this->stamp(['results' => $results]);
    }

    private function actions(Caller $caller): ActionRoutes
    {
        $this->schema->state();
        return new ActionRoutes($this->db, $caller);
    }

    /** @return array<string, mixed> */
    private function report(Request $request, Caller $caller): array
    {
        $this->schema->state();
        return (new ReportRoutes($this->db, $caller))->report($request);
    }

    /** @return array<string, mixed> */
    private function publish(Request $request, Caller $caller): array
    {
        $caller->need('write');
        $content = PublicationBody::read($request->json(PublicationBody::MAX_MEBIBYTES));
        $this->schema->state();
        Publication::keep($this->db, $content);
        return $this->stamp(['published' => Publication::told($this->db)]);
    }

    /** @return array<string, mixed> */
    private function lease(Request $request, Caller $caller): array
    {
        $caller->need('write');
        $wish = LeaseWish::read($request->json());
        $this->schema->state();
        return $this->stamp((new Lease($this->db))->asked($wish));
    }

    /** @return array<string, mixed> */
    private function setup(Request $request, Caller $caller): array
    {
        $caller->need('setup');
        $options = SetupOptions::read($request->json());
        $this->schema->state();
        $steps = (new Provisioner($this->db, $options))->run();
        $counting = $options->action === 'plan' ? $this->counting() : null;
        $uses = $options->action === 'plan_remove' ? (new Uses($this->db))->all() : null;
        return $this->stamp(['action' => $options->action] + $steps + ['counting' => $counting, 'uses' => $uses]);
    }

    /** @return ?array<string, mixed> null also where the statement cannot be explained: that hinders no setup */
    private function counting(): ?array
    {
        try {
            return (new CountingPlan($this->db))->describe($this->settings->easeQueries);
        } catch (\Throwable $error) {
            error_log('sla-bridge: counting plan: ' . $error->getMessage());
            return null;
        }
    }

    private function catalog(): Catalog
    {
        $this->schema->state();
        return new Catalog($this->db, $this->settings->defaultStatus(), $this->settings->databaseZone(), $this->settings->serviceAgent);
    }

    private function reader(): TicketReader
    {
        return new TicketReader($this->db, $this->catalog());
    }

    /**
     * @param array<string, mixed> $answer
     * @return array<string, mixed>
     */
    private function stamp(array $answer): array
    {
        return ['instance_id' => $this->schema->state()['instance'], 'contract' => self::CONTRACT, 'server_time' => self::now()] + $answer;
    }

    /** @return array{error: array{code: string, message: string, hint: string}} */
    private function error(string $code, string $message, string $hint): array
    {
        return ['error' => ['code' => $code, 'message' => $message, 'hint' => $hint]];
    }

    /**
     * @param array<string, mixed> $answer
     * @param array<string, string> $headers
     */
    private function send(int $status, array $answer, array $headers = []): void
    {
        $this->answered = true;
        $body = json_encode($answer, self::JSON);
        while (ob_get_level() > 0) {
            ob_end_clean();
        }
        if (!headers_sent()) {
            // Not osTicket's Http::response(): it knows neither 409 nor 410 nor 413 and turns them into 500.
            http_response_code($status);
            header_remove('Set-Cookie');
            header_remove('Pragma');
            header_remove('Expires');
            header('Cache-Control: no-store');
            header('Content-Type: application/json; charset=utf-8');
            header('X-Sla-Bridge-Contract: ' . self::CONTRACT);
            header('X-Sla-Bridge-Server-Time: ' . self::now());
            header('X-Sla-Bridge-Instance: ' . $this->instance());
            foreach ($headers as $name => $value) {
                header("$name: $value");
            }
        }
        echo $body;
    }

    private function instance(): string
    {
        try {
            return isset($this->schema) ? $this->schema->state()['instance'] : '';
        } catch (\Throwable) {
            return '';
        }
    }

    private static function now(): string
    {
        return gmdate('Y-m-d\TH:i:s\Z');
    }
}

<?php

// SPDX-License-Identifier: GPL-2.0-or-later

require_once INCLUDE_DIR . 'class.search.php';

/**
 * The plugin's narrow table as a path of osTicket's own search: `sla_clock__state` and its neighbours can be used in the
 * criteria, columns, sorts and quick filters of any queue. People read this class's name before each of its labels.
 */
class SlaClock extends VerySimpleModel implements Searchable
{
    public static $meta = [
        'table' => TABLE_PREFIX . 'sla_bridge_clock',
        'pk' => ['ticket_id'],
        'joins' => [],
    ];

    /** Makes the path known for the rest of this request. */
    public static function register(): void
    {
        require_once INCLUDE_DIR . 'class.ticket.php';
        require_once INCLUDE_DIR . 'class.queue.php';
        Ticket::getMeta()->addJoin(SlaBridge\Queues\Clocks::JOIN, ['constraint' => ['ticket_id' => 'SlaClock.ticket_id'], 'null' => true]);
        SlaClockBadge::join();
    }

    public static function getSearchableFields()
    {
        SlaBridge\Queues\LocalNames::inHead();
        $language = SlaBridge\Viewer::language();
        $fields = SlaBridge\Setup\BlueprintFile::shipped()->fields;
        $label = static fn (string $name): string => $fields[$name]['title'][$language];
        $states = static fn (): array => array_map(static fn (array $title): string => $title[$language], $fields['sla_state']['choices']);
        $levels = static fn (): array => SlaBridge\Queues\LevelTitles::read($language)->full;
        return [
            'state' => new SlaClockChoice(['label' => $label('sla_state'), 'name' => 'state', 'choices' => $states]),
            'level' => new SlaClockChoice(['label' => $label('sla_level'), 'name' => 'level', 'choices' => $levels]),
            'due' => new SlaClockDue(['label' => $label('sla_due'), 'name' => 'due',
                'configuration' => ['time' => true, 'gmt' => true, 'future' => true]]),
            'rank' => new SlaClockRank(['label' => $language === 'ru' ? 'Срочность' : 'Urgency', 'name' => 'rank']),
        ];
    }

    public static function supportsCustomData()
    {
        return false;
    }

    /**
     * Tickets whose row is like that: a subquery, so that no join of ours gets into the statement that counts all queues.
     *
     * @param string $path of the field as the query's root knows it: for tasks `ticket__sla_clock__state`
     */
    public static function tickets(string $path, array $criteria): array
    {
        $ofTicket = substr($path, 0, (int) strrpos($path, SlaBridge\Queues\Clocks::JOIN . '__'));
        return ["{$ofTicket}ticket_id__in" => self::objects()->filter($criteria)->values_flat('ticket_id')];
    }
}

<?php

// SPDX-License-Identifier: GPL-2.0-or-later

require_once INCLUDE_DIR . 'class.plugin.php';
require_once INCLUDE_DIR . 'class.signal.php';
require_once __DIR__ . '/autoload.php';
require_once __DIR__ . '/config.php';

/**
 * Wires the plugin into osTicket. This runs on every page of the helpdesk, so it only connects handlers; classes are
 * loaded when one of them is called.
 */
class SlaBridgePlugin extends Plugin
{
    public $config_class = 'SlaBridgeConfig';

    public function isMultiInstance()
    {
        return false;
    }

    public function enable()
    {
        (new SlaBridge\Schema(SlaBridge\Db::ofOsTicket()))->prepare();
        return parent::enable();
    }

    /** Called on each page, also while the plugin is disabled. */
    public function init()
    {
        SlaBridge\Queues\QueueSwitch::watch((int) $this->getId());
    }

    public function bootstrap()
    {
        // osTicket clears the plugin's configuration right after this call: take what the handlers will need.
        $config = $this->getConfig();
        $text = (string) $config->get('grants');
        $agent = trim((string) $config->get('service_agent'));
        $version = (string) ($this->info['version'] ?? '');
        $ease = (bool) $config->get('ease_queries', true);
        SlaBridge\Actions\MasterSwitch::remember((bool) $config->get('actions', false), $agent);
        Signal::connect('api', static function ($dispatcher) use ($text, $agent, $version, $ease): void {
            // osTicket takes this for the verb, also on a GET, and takes it out of the query before a route sees it.
            $emulated = isset($_GET['_method']);
            // One route for all verbs: osTicket itself answers 400 "URL not supported" where the contract says 404.
            $answer = static function ($path = '') use ($text, $agent, $version, $ease, $emulated): void {
                $settings = new SlaBridge\Settings(SlaBridge\Scopes::parse($text)[0], $agent, $version, $ease);
                (new SlaBridge\Api($settings))->handle((string) $path, $emulated);
            };
            $dispatcher->append(url('^/sla-bridge/v1(/.*)?$', $answer));
        });
        if (SlaBridge\StaffPages::isOne()) {
            SlaBridge\StaffPages::prepare($ease);
            SlaBridge\ReportPage\ReportPage::page()->register();
            SlaBridge\Actions\ActionsPage::page()->register();
            SlaBridge\Wording\WordingPage::page()->register();
        }
        Signal::connect('object.view', [SlaBridge\Panel\TicketPage::class, 'onView'], 'Ticket');
        Signal::connect('object.view', [SlaBridge\Panel\PortalPage::class, 'onView'], 'Ticket');
        Signal::connect('object.view', [SlaBridge\Queues\LocalNames::class, 'onView'], 'Ticket');
        Signal::connect('ajax.scp', [SlaBridge\ReportPage\ReportPage::class, 'onRoutes']);
        Signal::connect('ajax.scp', [SlaBridge\Actions\ActionsPage::class, 'onRoutes']);
        Signal::connect('ajax.scp', [SlaBridge\Wording\WordingPage::class, 'onRoutes']);
        Signal::connect('ajax.scp', [SlaBridge\Articles\ArticlesPart::class, 'onRoutes']);
        Signal::connect('ajax.client', [SlaBridge\Portal\RatingPage::class, 'onRoutes']);
        Signal::connect('ajax.client', [SlaBridge\Portal\AttentionPage::class, 'onRoutes']);
        Signal::connect('mail.decoded', [SlaBridge\Letters\Bounces::class, 'onMail']);
        (new SlaBridge\Guards())->connect();
        (new SlaBridge\Setup\FormScreens())->connect();
        FormField::addFieldTypes('Basic Fields', static fn (): array => SlaClockInstant::TYPE + SlaClockOption::TYPE);
        (new SlaBridge\Feed\ChangeSignals($agent))->connect();
        (new SlaBridge\Wording\ReplyWatch($agent))->connect();
    }
}

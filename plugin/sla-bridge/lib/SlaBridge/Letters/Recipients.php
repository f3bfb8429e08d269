<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Letters;

/** Who a letter goes to: people who are there, at addresses that can be written to, each once. */
final class Recipients
{
    /** Nobody reads there; and what is sent to the first comes back, as a mail about which osTicket opens a ticket. */
    private const NOBODY = '/^(mailer-daemon|no-?reply|do-?not-?reply)@/i';

    /** @param ?\Ticket $ticket null: there is none, so neither customer nor assignee. @param ?\Staff $service null: nobody */
    public function __construct(private readonly ?\Ticket $ticket, private readonly ?\Staff $service)
    {
    }

    /** @return list<Recipient> none where the owner has no address that can be written to */
    public function customer(): array
    {
        $user = $this->ticket?->user;
        // Not osTicket's getEmail(): it writes name and address down and reads them again, and a name may break that.
        return $this->reachable([new Recipient((string) $user?->default_email?->address, (string) $user?->getName())]);
    }

    /**
     * @param list<string> $names assignee, or addresses
     * @return list<Recipient>
     */
    public function staff(array $names): array
    {
        $found = [];
        foreach ($names as $name) {
            $agent = $name === 'assignee' ? $this->ticket?->getStaff() : \Staff::lookup(['email' => $name]);
            if ($agent instanceof \Staff) {
                // Somebody who left reads no letters, and the service agent is nobody.
                if ($agent->isActive() && $agent->getId() !== $this->service?->getId()) {
                    $found[] = new Recipient((string) $agent->getEmail(), (string) $agent->getName(), (int) $agent->getId());
                }
            } elseif ($name !== 'assignee') {
                $found[] = new Recipient($name);
            }
        }
        return $this->reachable($found);
    }

    /** @param list<Recipient> $people @return list<Recipient> */
    private function reachable(array $people): array
    {
        $found = [];
        foreach ($people as $one) {
            $key = strtolower($one->address);
            // A letter to the desk's own address would come back as a ticket.
            $isTaken = isset($found[$key]) || preg_match(self::NOBODY, $key) || \Email::getIdByEmail($one->address);
            if (!$isTaken && self::isAddress($one->address)) {
                $found[$key] = $one;
            }
        }
        return array_values($found);
    }

    public static function isAddress(string $address): bool
    {
        $isOne = strlen($address) <= 254 && preg_match('/^[!-;=?-~]+@[^\s@<>,;:"\x00-\x1f]+$/D', $address) === 1;
        if (!$isOne || !\Validator::is_email($address)) {
            return false;
        }
        try {
            // What the mailer's own library takes for one.
            return (new \Laminas\Mail\Address($address))->getEmail() !== '';
        } catch (\Throwable) {
            return false;
        }
    }
}

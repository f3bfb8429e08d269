<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Letters;

/**
 * Stands before one of the ways that osTicket's mailer would try: an SMTP account, or PHP's mail() where the desk has none. It
 * finishes the message that the mailer has put together, and tells the fate of each attempt exactly.
 */
final class Route
{
    public function __construct(
        private readonly ?\SmtpAccount $account,
        private readonly Letter $letter,
        private readonly TimeLimit $limit,
        private readonly bool $isLast
    ) {
    }

    public function allowSpoofing(): bool
    {
        return $this->account === null || (bool) $this->account->allowSpoofing();
    }

    public function getEmail(): ?\Email
    {
        return $this->account?->getEmail();
    }

    public function getName(): string
    {
        return (string) $this->account?->getName();
    }

    public function getHostInfo(): string
    {
        return $this->account ? (string) $this->account->getHostInfo() : 'mail()';
    }

    public function getSmtpConnection(): self
    {
        return $this;
    }

    public function sendMessage(\osTicket\Mail\Message $message): bool
    {
        try {
            (new Finish($this->letter))->put($message);
        } catch (\Throwable $error) {
            throw new Undelivered(Undelivered::REFUSED, $error->getMessage());
        }
        return $this->account ? $this->bySmtp($this->account, $message) : $this->byMail($message);
    }

    private function bySmtp(\SmtpAccount $account, \osTicket\Mail\Message $message): bool
    {
        $attempt = null;
        try {
            $smtp = $account->getSmtp() ?? throw new \RuntimeException('its credentials are missing');
            $attempt = new SmtpAttempt($smtp->getOptions(), $this->limit);
            $attempt->send($message);
            return true;
        } catch (\Throwable $error) {
            $fate = $attempt?->fate() ?? Undelivered::REFUSED;
            if ($fate === Undelivered::REFUSED && !$this->isLast) {
                // The mailer logs it and tries the desk's next account.
                throw new \RuntimeException($error->getMessage());
            }
            throw new Undelivered($fate, $error->getMessage());
        }
    }

    private function byMail(\osTicket\Mail\Message $message): bool
    {
        try {
            return (new \osTicket\Mail\Sendmail([]))->sendMessage($message);
        } catch (\Throwable $error) {
            // mail() says no more than "failed": the program behind it may have taken the letter before that.
            throw new Undelivered(Undelivered::UNKNOWN, $error->getMessage());
        }
    }
}

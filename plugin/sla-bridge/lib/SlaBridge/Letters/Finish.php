<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Letters;

use Laminas\Mail\Address;
use Laminas\Mail\AddressList;
use osTicket\Mail\Message;

/** The last touch to a message that osTicket's mailer has put together: names, headers, and the plain text as it was written. */
final class Finish
{
    public function __construct(private readonly Letter $letter)
    {
    }

    /** @throws \Throwable where the message is not what the letter says */
    public function put(Message $message): void
    {
        $people = new AddressList();
        foreach ($this->letter->to as $recipient) {
            $people->add(new Address($recipient->address, $recipient->name ?: null));
        }
        $message->setTo($people);
        $headers = $message->getHeaders();
        foreach (['Auto-Submitted' => 'auto-generated', 'X-Auto-Response-Suppress' => 'All'] as $name => $value) {
            $headers->removeHeader($name);
            $headers->addHeaderLine($name, $value);
            // Else these stand there as encoded words, which no auto-responder knows again.
            $headers->get($name)->setEncoding('ASCII');
        }
        foreach ($message->getMimeMessageContent()->getParts() as $part) {
            if ($part->getType() === 'text/plain') {
                $part->setContent($this->text());
            } elseif ($part->getType() === 'text/html') {
                $part->setContent($this->html($part->getRawContent()));
            }
        }
        if ($message->getId() !== "<{$this->letter->messageId}>") {
            throw new \LogicException('osTicket did not take the Message-ID');
        }
    }

    /** The mailer puts its hidden mark, by which answers are known, before whatever the page begins with: it belongs into the body. */
    private function html(string $made): string
    {
        $mark = substr($made, 0, max(0, strlen($made) - strlen($this->letter->html)));
        $body = '/<body\b[^>]*>/i';
        return preg_match($body, $this->letter->html) && $made === $mark . $this->letter->html
            ? (string) preg_replace_callback($body, static fn (array $tag): string => $tag[0] . $mark, $this->letter->html, 1)
            : $made;
    }

    /** Above the line stands what is kept of an answer, as in osTicket's own letters. */
    private function text(): string
    {
        global $cfg;
        $isCut = $cfg && $this->letter->entry !== null && $cfg->stripQuotedReply();
        $line = $isCut ? CleanText::line((string) $cfg->getReplySeparator(), 200) : '';
        return $line === '' ? $this->letter->text : "$line\n\n{$this->letter->text}";
    }
}

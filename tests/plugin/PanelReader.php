<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

/** Looks into drawn HTML: as people read it, and as a tree. */
final class PanelReader
{
    private readonly DOMXPath $tree;

    public function __construct(public readonly string $html)
    {
        $document = new DOMDocument();
        $before = libxml_use_internal_errors(true);
        $document->loadHTML('<?xml encoding="utf-8"?><body>' . $html . '</body>');
        libxml_clear_errors();
        libxml_use_internal_errors($before);
        $this->tree = new DOMXPath($document);
    }

    /** @return list<DOMElement> the elements of a class */
    public function all(string $class): array
    {
        return $this->found("//*[contains(concat(' ', @class, ' '), ' $class ')]");
    }

    /** @return list<DOMElement> */
    public function found(string $path): array
    {
        return iterator_to_array($this->tree->query($path), false);
    }

    /** The text of the first element of a class, blanks made one; no-break spaces are told as spaces. */
    public function text(string $class): string
    {
        return isset($this->all($class)[0]) ? self::plain($this->all($class)[0]->textContent) : '';
    }

    /** The line as one reads it. */
    public function line(): string
    {
        $parts = array_map($this->text(...), ['sla-badge-word', 'sla-amount', 'sla-words', 'sla-due', 'sla-more', 'sla-level',
            'sla-verdict']);
        return implode(' | ', $parts);
    }

    /** @return list<string> the rows of the first table of a class, cells parted by a bar */
    public function rows(string $table): array
    {
        $rows = [];
        foreach ($this->found("//table[contains(@class, '$table')]//tr") as $row) {
            $cells = array_filter(iterator_to_array($row->childNodes, false), static fn (DOMNode $one): bool => $one instanceof DOMElement);
            $rows[] = implode(' | ', array_map(static fn (DOMNode $one): string => self::plain($one->textContent), $cells));
        }
        return $rows;
    }

    /** All that anybody reads, without what the script gets. */
    public function told(): string
    {
        $told = '';
        foreach ($this->found('//text()[not(ancestor::script)]') as $text) {
            $told .= ' ' . $text->textContent;
        }
        return self::plain($told);
    }

    /** @return array<string, mixed> what the script gets */
    public function data(): array
    {
        return json_decode($this->all('sla-data')[0]->textContent, true, 512, JSON_THROW_ON_ERROR);
    }

    public static function plain(string $text): string
    {
        return trim((string) preg_replace('/[\s\x{a0}]+/u', ' ', $text));
    }
}

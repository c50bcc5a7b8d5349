<?php
// Decodes and encodes a document as often as the argument says.
$text = file_get_contents("document.json");
$length = 0;
for ($i = 0; $i < (int) $argv[1]; $i++)
    $length += strlen(json_encode(json_decode($text, true), JSON_UNESCAPED_SLASHES));
echo $length, "\n";

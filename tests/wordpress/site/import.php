// What WordPress's own importer (the plugin wordpress-importer) does with a file, as far as comments go; the plugin itself
// is in no package. Read with DOM and SimpleXML; a post is known by title and date, a comment by author and local time;
// comments go in by their numbers, a parent's number becomes the id that it got, through the filters of any comment.
$dom = new DOMDocument();
if (!$dom->loadXML(base64_decode($file)) || isset($dom->doctype)) {
    return 'not readable';
}
$xml = simplexml_import_dom($dom);
$version = $xml->xpath('/rss/channel/wp:wxr_version');
if (!$version || !preg_match('/^\d+\.\d+$/', trim($version[0]))) {
    return 'no WXR';
}
$namespace = $xml->getDocNamespaces()['wp'];
$account = ['posts' => 0, 'comments' => 0];
foreach ($xml->channel->item as $item) {
    $wp = $item->children($namespace);
    $known = post_exists((string) $item->title, '', (string) $wp->post_date);
    $post = $known ?: wp_insert_post(wp_slash(['post_title' => (string) $item->title, 'post_status' => (string) $wp->status,
        'post_type' => (string) $wp->post_type, 'comment_status' => (string) $wp->comment_status, 'post_author' => 1]), true);
    $account['posts'] += $known ? 0 : 1;
    $arriving = [];
    foreach ($wp->comment as $each) {
        $comment = ['comment_post_ID' => $post, 'user_id' => 0];
        foreach (['author', 'author_email', 'author_IP', 'author_url', 'date', 'date_gmt', 'content', 'approved', 'type', 'parent'] as $name) {
            $comment["comment_$name"] = (string) $each->{"comment_$name"};
        }
        $arriving[(int) $each->comment_id] = $comment + ['comment_agent' => ''];
    }
    ksort($arriving);
    $inserted = [];
    foreach ($arriving as $number => $comment) {
        if ($known && comment_exists($comment['comment_author'], $comment['comment_date'])) {
            continue;
        }
        $comment['comment_parent'] = $inserted[(int) $comment['comment_parent']] ?? $comment['comment_parent'];
        $inserted[$number] = wp_insert_comment(wp_filter_comment(wp_slash($comment)));
        $account['comments']++;
    }
}
return $account;

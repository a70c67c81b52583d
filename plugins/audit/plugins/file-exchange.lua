detect "file-exchange" {
  title     = "Peer-to-peer file exchange",
  severity  = "low",
  category  = "unwanted",
  reference = "CWE-200",
  on        = client { "bittorrent", "edonkey", "gnutella", "directconnect", "soulseek" },
  says      = "{host} takes part in {protocol}",
  example   { protocol = "bittorrent" },
}

export const TEAMS = [
  'payments', 'checkout', 'search', 'catalog', 'shipping', 'billing', 'identity', 'mobile', 'web',
  'data-lake', 'reporting', 'pricing', 'inventory', 'returns', 'fraud', 'loyalty', 'messaging', 'media',
  'partner-api', 'support', 'machine-learning', 'recommendations', 'subscriptions', 'tax', 'warehouse',
  'fleet', 'maps', 'analytics', 'crm', 'hr',
] as const;

export const FIRST_NAMES = [
  'ada', 'ben', 'carla', 'david', 'elif', 'farid', 'greta', 'hugo', 'ines', 'jonas', 'karin', 'luis', 'mina',
  'noah', 'olga', 'pavel', 'quentin', 'rosa', 'samir', 'tara', 'ulrich', 'vera', 'wei', 'xenia', 'yusuf',
  'zoe', 'anna', 'bruno', 'chloe', 'dmitri', 'emma', 'felix', 'gina', 'henrik', 'ivan', 'julia', 'kofi',
  'lena', 'marco', 'nadia',
] as const;

export const LAST_NAMES = [
  'adler', 'berger', 'costa', 'duarte', 'eriksen', 'fischer', 'garcia', 'haddad', 'ivanova', 'jensen', 'kaya',
  'lang', 'meyer', 'novak', 'okafor', 'petrov', 'quist', 'rossi', 'schmidt', 'tanaka', 'ueda', 'vogel',
  'weber', 'xu', 'yilmaz', 'zimmer', 'almeida', 'brandt', 'chen', 'dubois', 'egger', 'fontana', 'gruber',
  'hansen', 'iqbal', 'jung', 'klein', 'larsen', 'moreau', 'nguyen',
] as const;

export const MACHINES = [
  'ci-deployer', 'backup-agent', 'metrics-exporter', 'ses-smtp', 'log-shipper', 'terraform-ci',
  'image-builder', 'sftp-sync',
] as const;

// Says hello, and whether all that it is made of works.
const http = require('node:http');
const greeting = require('greeting');
const { dependencies } = require('../package.json');

const add = 'native-sum' in dependencies ? require('native-sum') : (a, b) => a + b;

http
  .createServer((request, response) => {
    const well = request.url === '/api/health' && add(2, 3) === 5;
    response.writeHead(well ? 200 : 500).end(greeting());
  })
  .listen(process.env.PORT ?? 5000, '127.0.0.1');

module.exports = require('./sum.node');

use axum::{routing::get, Json, Router};
use clap::Parser;

#[derive(Parser)]
struct Options {
    #[arg(long, default_value = "127.0.0.1:3000")]
    listen: String,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    tracing_subscriber::fmt().json().init();
    let options = Options::parse();
    let app = Router::new()
        .route("/", get(|| async { Json(serde_json::json!({ "id": uuid::Uuid::new_v4() })) }))
        .layer(tower_http::trace::TraceLayer::new_for_http());
    let listener = tokio::net::TcpListener::bind(&options.listen).await?;
    axum::serve(listener, app).await?;
    Ok(())
}

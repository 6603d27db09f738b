//! The virtual world as its users see it.

use std::future::ready;
use std::rc::Rc;

use sim_core::net::{Body, Edge};
use sim_core::virtual_world::VirtualWorld;
use sim_core::world::{Address, World};

#[test]
fn a_world_is_gone_with_its_last_handle() {
    let world = VirtualWorld::new(0, 1);
    let token = Rc::new(());
    let address = Address { service: "a".into(), replica: 0 };
    // A server that calls itself through the world, a task that sleeps beyond the horizon, and one that nothing wakes.
    let own = (world.clone(), world.connect(&address), token.clone());
    let server = Edge::from_fn(move |_| {
        let _ = &own;
        Box::pin(ready(Ok(http::Response::new(Body::empty()))))
    });
    world.listen(&address, server);
    let own = (world.clone(), token.clone());
    world.spawn(async move {
        own.0.sleep_until(1_000).await;
        drop(own);
    });
    let own = (world.clone(), token.clone());
    world.spawn(async move {
        std::future::pending::<()>().await;
        drop(own);
    });
    assert_eq!((world.run_until(10), world.now_ns()), (2, 0));
    drop(world);
    assert_eq!(Rc::strong_count(&token), 1);
}

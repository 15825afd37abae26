using StrokeCare.Tests.Appointments;

namespace StrokeCare.Tests.Mongo;

public sealed class MongoAppointmentStoreTests(MongoStores stores) : AppointmentStoreContract<MongoStores>(stores);

public sealed class MongoAppointmentOverrideTests(MongoStores stores) : AppointmentOverrideContract<MongoStores>(stores);

public sealed class MongoAppointmentListTests(MongoStores stores) : AppointmentListContract<MongoStores>(stores);

public sealed class MongoAppointmentChangesTests(MongoStores stores) : AppointmentChangesContract<MongoStores>(stores);

public sealed class MongoAppointmentModelTests(MongoStores stores, ITestOutputHelper output) : AppointmentModelContract<MongoStores>(stores, output);
